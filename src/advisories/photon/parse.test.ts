import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { feedDocument } from "../shared/document.ts";
import type { FeedReading } from "../types.ts";
import { photon } from "./index.ts";

function entry(more: object = {}): object {
  return {
    cve_id: "CVE-2025-9086",
    pkg: "curl",
    cve_score: 7.5,
    aff_ver: "all versions before 8.16.0-1.ph4 are vulnerable",
    res_ver: "8.16.0-1.ph4",
    status: "Fixed",
    ...more,
  };
}

function read(entries: readonly object[], name = "cve_data_photon4.0.json"): FeedReading {
  const document = feedDocument(name, Buffer.from(JSON.stringify(entries)));
  assert.ok(photon.recognises(document));
  return photon.read(document);
}

function told(entries: readonly object[]): unknown[] {
  return read(entries).records.map((record) => {
    assert.ok(record.kind === "advisory");
    const { part, advisory } = record.advisories[0] ?? assert.fail();
    const { id, space, name, ranges, fixState = "-", severities } = advisory;
    const fixed = ranges.map((range) => range.fixed ?? "open").join();
    return [part, id, space, name, fixed, fixState, severities.map(({ severity }) => severity).join()].join(
      " ",
    );
  });
}

describe("entries of Photon OS", () => {
  const rows: readonly (readonly [string, readonly object[], readonly string[]])[] = [
    ["a fix", [entry()], ["4.0 CVE-2025-9086 rpm:photon:4.0 curl 8.16.0-1.ph4 - high"]],
    [
      "not affected",
      [entry({ status: "Not Affected", res_ver: "NA" })],
      ["4.0 CVE-2025-9086 rpm:photon:4.0 curl  not_affected high"],
    ],
    [
      "no fix yet",
      [entry({ status: "Open", res_ver: "NA" })],
      ["4.0 CVE-2025-9086 rpm:photon:4.0 curl open affected high"],
    ],
    [
      "two fixes, the later one first",
      [entry({ res_ver: "8.16.0-2.ph4" }), entry()],
      ["4.0 CVE-2025-9086 rpm:photon:4.0 curl 8.16.0-2.ph4 - high"],
    ],
    [
      "a state and a fix",
      [entry({ status: "Open", res_ver: "NA" }), entry(), entry({ status: "Open", res_ver: "NA" })],
      ["4.0 CVE-2025-9086 rpm:photon:4.0 curl 8.16.0-1.ph4 - high"],
    ],
    ["no score", [entry({ cve_score: null })], ["4.0 CVE-2025-9086 rpm:photon:4.0 curl 8.16.0-1.ph4 - "]],
  ];
  for (const [title, entries, expected] of rows) {
    it(title, () => assert.deepEqual(told(entries), expected));
  }

  const faults: readonly (readonly [object, string])[] = [
    [entry({ cve_id: "UNK-1" }), "the id is none"],
    [entry({ cve_id: "Re" }), "the id is none"],
    [entry({ pkg: "" }), "the package has no usable name"],
    [entry({ res_ver: "NA" }), "a fixed package has no version"],
  ];
  for (const [value, reason] of faults) {
    it(`${reason}: ${JSON.stringify(value).slice(0, 40)}`, () => {
      const reading = read([entry(), value]);
      assert.deepEqual([reading.records.length, reading.rejected.map((each) => each.reason)], [1, [reason]]);
    });
  }

  it("speak for the release of the file's name", () =>
    assert.deepEqual(read([entry()], "photon/cve_data_photon5.0.json").spaces, [
      { part: "5.0", space: "rpm:photon:5.0" },
    ]));
});

it("lists without a release, and lists of others, are not Photon's", () => {
  for (const [name, value] of [
    ["cve_data.json", [entry()]],
    ["cve_data_photon4.0.json", [{ id: "CVE-2025-9086" }]],
    ["cve_data_photon4.0.json", []],
  ] as const) {
    const document = feedDocument(name, Buffer.from(JSON.stringify(value)));
    assert.equal(photon.recognises(document), false);
    assert.throws(() => photon.read(document), { code: "FEED_INVALID" });
  }
});
