import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { feedDocument } from "../shared/document.ts";
import type { FeedReading } from "../types.ts";
import { almalinux } from "./index.ts";

function erratum(more: object = {}, pkg: object = {}): object {
  return {
    id: "ALSA-2019:3708",
    issued_date: 1572983623,
    updated_date: 1651142818,
    severity: "Moderate",
    title: "Moderate: mariadb:10.3 security and bug fix update",
    type: "security",
    packages: [
      {
        name: "Judy",
        epoch: "0",
        version: "1.0.5",
        release: "18.module_el8.5.0+2632+14ced695",
        arch: "x86_64",
        module: "mariadb:10.3:8050020220427075058:c5368500:x86_64",
        ...pkg,
      },
    ],
    references: [
      { id: "CVE-2019-2510", type: "cve", href: "https://vulners.com/cve/CVE-2019-2510" },
      { id: "ALSA-2019-3708", type: "self", href: "https://errata.almalinux.org/8/ALSA-2019-3708.html" },
    ],
    ...more,
  };
}

function read(...data: readonly object[]): FeedReading {
  const text = JSON.stringify({ schema_version: "1.0", data });
  const document = feedDocument("errata.full.json", Buffer.from(text));
  assert.ok(almalinux.recognises(document));
  return almalinux.read(document);
}

function told(reading: FeedReading): unknown[] {
  return reading.records.flatMap((record) =>
    record.kind !== "advisory"
      ? []
      : record.advisories.map(
          ({ part, advisory: { id, space, name, ranges, modularity = "-", severities } }) =>
            [
              part,
              id,
              space,
              name,
              ranges[0]?.fixed,
              modularity,
              severities.map((each) => each.severity),
            ].join(" "),
        ),
  );
}

describe("errata of AlmaLinux", () => {
  const judy = "Judy 0:1.0.5-18.module_el8.5.0+2632+14ced695 mariadb:10.3 medium";
  const rows: readonly (readonly [string, object, readonly string[]])[] = [
    ["a notice", erratum(), [`8 CVE-2019-2510 rpm:almalinux:8 ${judy}`]],
    ["no page", erratum({ references: [] }), [`8 ALSA-2019:3708 rpm:almalinux:8 ${judy}`]],
    [
      "no module",
      erratum({}, { module: undefined, release: "1.el9_1", epoch: "2" }),
      ["8 CVE-2019-2510 rpm:almalinux:8 Judy 2:1.0.5-1.el9_1 - medium"],
    ],
    ["a bug fix", erratum({ id: "ALBA-2021:3049", type: "bugfix" }), []],
    ["no release", erratum({ references: [] }, { release: "1" }), []],
  ];
  for (const [title, value, expected] of rows) {
    it(title, () => assert.deepEqual(told(read(value)), expected));
  }

  it("have dates in seconds", () => {
    const [record] = read(erratum()).records;
    assert.equal(record?.modifiedAt, "2022-04-28T10:46:58.000Z");
  });

  it("count what has no place, and what is broken", () => {
    const reading = read(
      erratum({ references: [] }, { release: "1" }),
      { id: "?" },
      erratum({}, { version: null }),
    );
    const [record] = reading.records;
    assert.ok(record?.kind === "advisory");
    assert.deepEqual(record.unsupported, ["AlmaLinux of no known release"]);
    assert.deepEqual(
      reading.rejected.map(({ reason }) => reason),
      ["a package has no usable name or version", "an erratum has no usable id"],
    );
  });
});

it("other documents are not AlmaLinux's", () => {
  for (const value of [{ data: [] }, { data: [{ id: "GHSA-1", packages: [] }] }, { id: "ALSA-2019:3708" }]) {
    const document = feedDocument("x.json", Buffer.from(JSON.stringify(value)));
    assert.equal(almalinux.recognises(document), false);
    assert.throws(() => almalinux.read(document), { code: "FEED_INVALID" });
  }
});
