import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { feedDocument, type FeedDocument } from "../shared/document.ts";
import { oracle } from "./index.ts";

function criteria(...sentences: readonly string[]): string {
  return sentences
    .map((text, index) => `<criterion test_ref="oval:t:${index}" comment="${text}"/>`)
    .join("\n");
}

const bind = [
  "Oracle Linux 5 is installed",
  "Oracle Linux arch is x86_64",
  "bind is earlier than 30:9.3.3-8.el5",
];

function definition(sentences: readonly string[], id = "ELSA-2007-0057", more = ""): string {
  return `<definition id="oval:com.oracle.elsa:def:20070057" version="501" class="patch"><metadata>
    <title>\n${id}:  Moderate: bind security update  (MODERATE)\n</title>
    <reference source="elsa" ref_id="${id}" ref_url="https://linux.oracle.com/errata/${id}.html"/>
    <advisory><severity>MODERATE</severity><issued date="2007-06-26"/>
    <cve cvss2="7.8/AV:N/AC:L/Au:N/C:N/I:N/A:C" href="https://x/" public="20070125">CVE-2007-0493</cve>${more}
    </advisory></metadata><criteria operator="AND">${criteria(...sentences)}</criteria></definition>`;
}

function oval(...definitions: readonly string[]): FeedDocument {
  const text = `<oval_definitions xmlns="x"><definitions>\n${definitions.join("\n")}</definitions></oval_definitions>`;
  return feedDocument("com.oracle.elsa-all.xml", Buffer.from(text));
}

function told(document: FeedDocument): string[] {
  assert.ok(oracle.recognises(document));
  return oracle
    .read(document)
    .records.flatMap((record) =>
      record.kind !== "advisory"
        ? []
        : record.advisories.map(({ advisory: { id, space, name, ranges, modularity = "-", severities } }) =>
            [id, space, name, ranges[0]?.fixed, modularity, severities.map((each) => each.severity)].join(
              " ",
            ),
          ),
    );
}

describe("definitions of Oracle Linux", () => {
  const rows: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ["a fix", bind, ["CVE-2007-0493 rpm:ol:5 bind 30:9.3.3-8.el5 - high,medium"]],
    [
      "two architectures",
      [...bind, "Oracle Linux arch is i386", "bind is earlier than 30:9.3.3-8.el5"],
      ["CVE-2007-0493 rpm:ol:5 bind 30:9.3.3-8.el5 - high,medium"],
    ],
    [
      "two releases",
      [...bind, "Oracle Linux 6 is installed", "bind is earlier than 32:9.8-1.el6"],
      [
        "CVE-2007-0493 rpm:ol:5 bind 30:9.3.3-8.el5 - high,medium",
        "CVE-2007-0493 rpm:ol:6 bind 32:9.8-1.el6 - high,medium",
      ],
    ],
    [
      "a module, for its packages only",
      [
        "Oracle Linux 8 is installed",
        "Oracle Linux arch is aarch64",
        "Module virt:kvm_utils is enabled",
        "hivex is earlier than 0:1.3.18-21.module+el8.7.0",
        "Oracle Linux arch is x86_64",
        "bind is earlier than 32:9.11-1.el8",
      ],
      [
        "CVE-2007-0493 rpm:ol:8 hivex 0:1.3.18-21.module+el8.7.0 virt:kvm_utils high,medium",
        "CVE-2007-0493 rpm:ol:8 bind 32:9.11-1.el8 - high,medium",
      ],
    ],
    [
      "validated and live-patched builds",
      [
        "Oracle Linux 8 is installed",
        "gnutls is earlier than 10:3.6.16-4.0.1.el8_4_fips",
        "glibc is earlier than 2:2.28-151.0.1.ksplice2.el8",
        "gnutls is earlier than 0:3.6.16-4.el8",
      ],
      ["CVE-2007-0493 rpm:ol:8 gnutls 0:3.6.16-4.el8 - high,medium"],
    ],
    ["signatures", ["Oracle Linux 5 is installed", "bind is signed with the Oracle Linux 5 key"], []],
    ["no release", ["bind is earlier than 30:9.3.3-8.el5"], []],
  ];
  for (const [title, sentences, expected] of rows) {
    it(title, () => assert.deepEqual(told(oval(definition(sentences))), expected));
  }

  it("rate each vulnerability by its own vector, the newest first", () => {
    const more = `<cve cvss2="1.0/AV:L/AC:L/Au:N/C:N/I:N/A:N" cvss3="9.8/CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" href="x">CVE-2023-0664</cve>`;
    assert.deepEqual(told(oval(definition(bind, "ELSA-2023-12342", more))), [
      "CVE-2007-0493 rpm:ol:5 bind 30:9.3.3-8.el5 - high,medium",
      "CVE-2023-0664 rpm:ol:5 bind 30:9.3.3-8.el5 - critical,medium",
    ]);
  });

  it("that are cut or name no notice are a fault, and the others count", () => {
    const document = oval(
      definition(bind),
      `<definition id="oval:x:1"></definition>`,
      `<definition id="oval:x:2">`,
    );
    const reading = oracle.read(document);
    assert.equal(reading.records.length, 1);
    assert.deepEqual(
      reading.rejected.map(({ id }) => id),
      ["oval:x:1", "oval:x:2"],
    );
  });
});

it("definitions of others are not Oracle's", () => {
  const other = oval(definition(bind)).text().replaceAll("com.oracle.elsa", "org.opensuse.security");
  for (const [name, text] of [
    ["a.xml", other],
    ["a.json", oval(definition(bind)).text()],
  ] as const) {
    const document = feedDocument(name, Buffer.from(text));
    assert.equal(oracle.recognises(document), false);
    assert.throws(() => oracle.read(document), { code: "FEED_INVALID" });
  }
});
