import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { feedDocument } from "../shared/document.ts";
import type { FeedReading } from "../types.ts";
import { rocky } from "./index.ts";

function erratum(more: object = {}, pkg: object = {}): object {
  return {
    name: "RLSA-2025:21816",
    synopsis: "Moderate: delve and golang security update",
    severity: "Moderate",
    published_at: "2025-11-27T09:11:22.820964+00:00",
    updated_at: "2025-11-27T09:12:41.644151+00:00",
    cves: [
      {
        cve: "CVE-2025-58183",
        cvss3_scoring_vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
        cwe: "CWE-770",
      },
    ],
    packages: [
      {
        nevra: "delve-0:1.25.2-1.el10_1.aarch64.rpm",
        module_name: null,
        module_stream: null,
        product_name: "Rocky Linux 10 aarch64",
        ...pkg,
      },
    ],
    ...more,
  };
}

function read(value: object, name = "page.json"): FeedReading {
  const text = "advisories" in value ? JSON.stringify(value) : String((value as { xml: string }).xml);
  const document = feedDocument(name, Buffer.from(text));
  assert.ok(rocky.recognises(document));
  return rocky.read(document);
}

function told(reading: FeedReading): unknown[] {
  return reading.records.flatMap((record) =>
    record.kind !== "advisory"
      ? []
      : record.advisories.map(
          ({ part, advisory: { id, space, name, ranges, modularity = "-", severities, cwes } }) =>
            [
              part,
              id,
              space,
              name,
              ranges[0]?.fixed,
              modularity,
              severities.map((each) => each.severity),
              cwes,
            ].join(" "),
        ),
  );
}

describe("pages of Rocky's errata", () => {
  const rows: readonly (readonly [string, object, readonly string[]])[] = [
    ["a notice", erratum(), [" CVE-2025-58183 rpm:rocky:10 delve 0:1.25.2-1.el10_1 - high,medium CWE-770"]],
    [
      "a module",
      erratum(
        {},
        {
          module_name: "container-tools",
          module_stream: "1.0",
          product_name: "Rocky Linux 8.6 x86_64 (Legacy)",
        },
      ),
      [" CVE-2025-58183 rpm:rocky:8 delve 0:1.25.2-1.el10_1 container-tools:1.0 high,medium CWE-770"],
    ],
    ["a source package", erratum({}, { nevra: "delve-0:1.25.2-1.el10_1.src.rpm" }), []],
    ["a bug fix", erratum({ name: "RLBA-2019:0973" }), []],
    ["a special interest group", erratum({}, { product_name: "Rocky Linux 8 SIG Cloud x86_64" }), []],
    ["a notice of such a group", erratum({ name: "RXSA-2023:0101" }), []],
    [
      "no CVE",
      erratum({ cves: [{ cve: "n/a" }] }),
      [" RLSA-2025:21816 rpm:rocky:10 delve 0:1.25.2-1.el10_1 - medium "],
    ],
  ];
  for (const [title, value, expected] of rows) {
    it(title, () => assert.deepEqual(told(read({ advisories: [value] })), expected));
  }

  it("count what has no place, and what is broken", () => {
    const sig = erratum({}, { product_name: "Rocky Linux 8 SIG Cloud x86_64" });
    const reading = read({ advisories: [sig, { name: "?" }, erratum({}, { nevra: "delve" })] });
    const [record] = reading.records;
    assert.ok(record?.kind === "advisory");
    assert.deepEqual(record.unsupported, ["Rocky Linux of special interest groups"]);
    assert.deepEqual(
      reading.rejected.map(({ reason }) => reason),
      ["a package has no usable name or version", "an erratum has no usable name"],
    );
  });
});

it("reads updateinfo.xml of Rocky's repositories", () => {
  const xml = `<?xml version="1.0" encoding="UTF-8"?><updates>
    <update type="security"><id>RLSA-2022:7513</id><title>Important: xz security update</title>
    <issued date="2022-11-08 09:19:42"/><release>Rocky Linux 9</release><severity>Important</severity>
    <references><reference href="https://errata.rockylinux.org/RLSA-2022:7513" id="RLSA-2022:7513" type="self"/>
    <reference href="x" id="CVE-2022-1271" type="cve"/></references>
    <pkglist><collection short="r"><package name="xz" arch="x86_64" epoch="0" version="5.2.5" release="8.el9_0"/>
    </collection></pkglist></update></updates>`;
  assert.deepEqual(told(read({ xml }, "updateinfo.xml")), [
    " CVE-2022-1271 rpm:rocky:9 xz 0:5.2.5-8.el9_0 - high ",
  ]);
});

it("other documents are not Rocky's", () => {
  for (const value of [{ advisories: [] }, { advisories: [{ name: "GHSA-1" }] }, [], { data: [] }]) {
    const document = feedDocument("x.json", Buffer.from(JSON.stringify(value)));
    assert.equal(rocky.recognises(document), false);
    assert.throws(() => rocky.read(document), { code: "FEED_INVALID" });
  }
});
