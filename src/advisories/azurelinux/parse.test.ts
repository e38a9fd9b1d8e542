import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { feedDocument, type FeedDocument } from "../shared/document.ts";
import type { FeedReading } from "../types.ts";
import { azurelinux } from "./index.ts";

interface Asked {
  readonly operation: string;
  readonly version: string;
  readonly name?: string;
}

/** A file in the layout of the live ones, with one definition. */
function file(patchable: string, asked: readonly Asked[], name = "azurelinux-3.0-oval.xml"): FeedDocument {
  const prefix = "oval:com.microsoft.azurelinux";
  const criteria = asked.map(
    (_, at) =>
      `<criterion comment="Package ceph is earlier than 18.2.1-1" test_ref="${prefix}:tst:3907600${at}"/>`,
  );
  const tests = asked.map(
    (
      _,
      at,
    ) => `<linux-def:rpminfo_test check="at least one" comment="Package ceph" id="${prefix}:tst:3907600${at}" version="1">
      <linux-def:object object_ref="${prefix}:obj:${at}"/>
      <linux-def:state state_ref="${prefix}:ste:${at}"/>
    </linux-def:rpminfo_test>`,
  );
  const objects = asked.map(
    (each, at) => `<linux-def:rpminfo_object id="${prefix}:obj:${at}" version="1">
      <linux-def:name>${each.name ?? "ceph"}</linux-def:name>
    </linux-def:rpminfo_object>`,
  );
  const states = asked.map(
    ({ operation, version }, at) => `<linux-def:rpminfo_state id="${prefix}:ste:${at}" version="1">
      <linux-def:evr datatype="evr_string" operation="${operation}">${version}</linux-def:evr>
    </linux-def:rpminfo_state>`,
  );
  const xml = `<oval_definitions xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5">
  <definitions>
    <definition class="vulnerability" id="${prefix}:def:39076" version="1">
      <metadata>
        <title>CVE-2020-27304 affecting package ceph for versions less than 18.2.1-1</title>
        <reference ref_id="CVE-2020-27304" ref_url="https://nvd.nist.gov/vuln/detail/CVE-2020-27304" source="CVE"/>
        <patchable>${patchable}</patchable>
        <advisory_date>2024-04-17T22:02:46Z</advisory_date>
        <advisory_id>39076-1</advisory_id>
        <severity>Critical</severity>
      </metadata>
      <criteria operator="AND">${criteria.join("")}</criteria>
    </definition>
  </definitions>
  <tests>${tests.join("")}</tests><objects>${objects.join("")}</objects><states>${states.join("")}</states>
</oval_definitions>`;
  return feedDocument(name, Buffer.from(xml));
}

const fixed = { operation: "less than", version: "0:18.2.1-1.azl3" };

function rowOf({ records }: FeedReading): unknown {
  const [record] = records;
  return record?.kind === "advisory" ? record.advisories[0] : null;
}

describe("definitions of Azure Linux", () => {
  it("are one row, with the version of the state and not of the sentence", () => {
    const reading = azurelinux.read(file("true", [fixed]));
    assert.deepEqual(reading.rejected, []);
    assert.deepEqual(reading.spaces, [{ part: "3.0", space: "rpm:azurelinux:3.0" }]);
    assert.deepEqual(rowOf(reading), {
      part: "3.0",
      advisory: {
        id: "CVE-2020-27304",
        space: "rpm:azurelinux:3.0",
        name: "ceph",
        aliases: [],
        summary: "",
        ranges: [{ scheme: "rpm", introduced: "0", fixed: "0:18.2.1-1.azl3", lastAffected: null }],
        versions: [],
        severities: [{ source: "azurelinux", type: null, vector: null, score: null, severity: "critical" }],
        cwes: [],
        publishedAt: "2024-04-17T22:02:46.000Z",
        modifiedAt: null,
        url: "https://nvd.nist.gov/vuln/detail/CVE-2020-27304",
        fixedAt: "2024-04-17T22:02:46.000Z",
      },
    });
  });

  it("of CBL-Mariner are told by the file's name", () => {
    const reading = azurelinux.read(file("true", [fixed], "x/cbl-mariner-2.0-oval.xml"));
    assert.deepEqual(reading.spaces, [{ part: "2.0", space: "rpm:mariner:2.0" }]);
  });

  const rows: readonly (readonly [string, string, readonly Asked[], object])[] = [
    [
      "between two versions",
      "true",
      [fixed, { operation: "greater than", version: "0:17.0" }],
      { ranges: [{ scheme: "rpm", introduced: "0:17.0", fixed: "0:18.2.1-1.azl3", lastAffected: null }] },
    ],
    [
      "without a fix",
      "false",
      [{ operation: "less than or equal", version: "0:9.16-1.cm2" }],
      {
        fixState: "affected",
        ranges: [{ scheme: "rpm", introduced: "0", fixed: null, lastAffected: "0:9.16-1.cm2" }],
      },
    ],
    [
      "that never applied",
      "Not Applicable",
      [{ operation: "less than or equal", version: "0:2.35-4.cm2" }],
      { fixState: "not_affected", ranges: [], severities: [] },
    ],
  ];
  for (const [name, patchable, asked, expected] of rows) {
    it(`tell of one ${name}`, () => {
      assert.partialDeepStrictEqual(rowOf(azurelinux.read(file(patchable, asked))), { advisory: expected });
    });
  }

  const refused: readonly (readonly [string, readonly Asked[]])[] = [
    ["an operation that is not known", [{ operation: "equals", version: "0:1-1" }]],
    ["two packages", [fixed, { ...fixed, name: "other" }]],
    ["no test", []],
    ["no version", [{ operation: "less than", version: " " }]],
  ];
  for (const [name, asked] of refused) {
    it(`are rejected for ${name}`, () => {
      const { records, rejected } = azurelinux.read(file("true", asked));
      assert.deepEqual([records.length, rejected.length], [0, 1]);
    });
  }

  it("that are cut off are rejected", () => {
    const whole = file("true", [fixed]);
    const cut = feedDocument(whole.name, Buffer.from(whole.text().replace("</definition>", "")));
    assert.equal(azurelinux.read(cut).rejected.length, 1);
  });

  it("are no other file's", () => {
    assert.equal(azurelinux.recognises(file("true", [fixed], "oval.xml")), false);
    assert.equal(azurelinux.recognises(feedDocument("azurelinux-3.0-oval.xml", Buffer.from("<x/>"))), false);
    assert.throws(() => azurelinux.read(file("true", [fixed], "oval.xml")), { code: "FEED_INVALID" });
  });
});
