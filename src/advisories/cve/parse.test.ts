import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sharedPath, skipWithout } from "../../../test/helpers/shared.ts";
import { readDocuments } from "../documents.ts";
import { feedDocument } from "../shared/document.ts";
import type { FeedRecord } from "../types.ts";
import { cve } from "./index.ts";

const V3 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
const V4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N";

function container(shortName: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { providerMetadata: { shortName }, ...more };
}

function record(containers: unknown, about: Record<string, unknown> = {}): unknown {
  const cveMetadata = {
    cveId: "CVE-2024-0001",
    state: "PUBLISHED",
    dateUpdated: "2024-01-02T03:04:05.000Z",
    ...about,
  };
  return { dataType: "CVE_RECORD", dataVersion: "5.1", cveMetadata, containers };
}

function read(value: unknown): FeedRecord {
  const document = feedDocument("CVE-2024-0001.json", Buffer.from(JSON.stringify(value)));
  assert.ok(cve.recognises(document));
  const { records, rejected } = cve.read(document);
  assert.equal(records.length + rejected.length, 1);
  return records[0] ?? assert.fail(rejected[0]?.reason);
}

describe("cve records", () => {
  const cna = container("acme", {
    title: "A hole",
    metrics: [
      { cvssV4_0: { vectorString: V4 }, cvssV3_1: { vectorString: V3 } },
      { cvssV3_1: { vectorString: V3 } },
    ],
    problemTypes: [{ descriptions: [{ cweId: "CWE-79" }, { description: "n/a" }] }],
  });
  const adp = container("CISA-ADP", {
    metrics: [
      { other: { type: "ssvc", content: {} } },
      { cvssV3_1: { vectorString: V3 } },
      { cvssV3_1: { vectorString: "x" } },
    ],
    problemTypes: [{ descriptions: [{ cweId: "CWE-20" }] }],
    affected: [
      { cpes: ["cpe:2.3:a:x:y:*:*:*:*:*:*:*:*"], versions: [{ version: "1.0", status: "affected" }] },
    ],
  });

  it("keeps ratings by author, weaknesses, and rows of products", () => {
    const found = read(record({ cna, adp: [adp] }));
    assert.ok(found.kind === "context");
    assert.deepEqual(
      found.context.ratings?.map(({ source, type, score }) => [source, type, score]),
      [
        ["acme", "CVSS_V4", 9.3],
        ["acme", "CVSS_V3", 9.8],
        ["CISA-ADP", "CVSS_V3", 9.8],
      ],
    );
    assert.deepEqual(found.context.cwes, ["CWE-20", "CWE-79"]);
    assert.equal(found.modifiedAt, "2024-01-02T03:04:05.000Z");
    const rows = found.advisories?.map(({ advisory }) => [
      advisory.space,
      advisory.name,
      advisory.versions,
      advisory.summary,
    ]);
    assert.deepEqual(rows, [["cpe", "x:y", ["1.0"], "A hole"]]);
  });

  it("reads CPE configurations", () => {
    const cpeMatch = [
      { vulnerable: true, criteria: "cpe:2.3:a:x:z:*:*:*:*:*:*:*:*", versionEndExcluding: "2" },
    ];
    const found = read(record({ cna: container("acme", { cpeApplicability: [{ nodes: [{ cpeMatch }] }] }) }));
    assert.ok(found.kind === "advisory");
    assert.deepEqual(
      found.advisories.map(({ advisory }) => [advisory.name, advisory.ranges.map(({ fixed }) => fixed)]),
      [["x:z", ["2"]]],
    );
  });

  it("withdraws what was rejected", () => {
    const found = read(record({ cna }, { state: "REJECTED" }));
    assert.ok(found.kind === "advisory" && found.withdrawn);
  });

  it("rejects a record without an id, and refuses other documents", () => {
    const nameless = feedDocument("a.json", Buffer.from(JSON.stringify(record({}, { cveId: "CVE-1" }))));
    assert.equal(cve.read(nameless).rejected.length, 1);
    const other = feedDocument("a.json", Buffer.from('{"id":"CVE-2024-0001","affected":[]}'));
    assert.equal(cve.recognises(other), false);
    assert.throws(() => cve.read(other), { code: "FEED_INVALID" });
  });
});

describe("samples of cve records", { skip: skipWithout("feeds/MANIFEST.md") }, () => {
  it("reads every record of the collection, and no other document", async () => {
    const counts = { documents: 0, context: 0, advisory: 0, ratings: 0 };
    await readDocuments(sharedPath("feeds/fixtures-vuls-data-update.tar.gz") ?? assert.fail(), {
      signal: null,
      onDocument(document) {
        if (!cve.recognises(document)) return;
        const { records, rejected } = cve.read(document);
        assert.deepEqual([records.length, rejected.length], [1, 0], document.name);
        counts.documents += 1;
        for (const found of records) {
          counts[found.kind] += 1;
          if (found.kind === "context") counts.ratings += found.context.ratings?.length ?? 0;
        }
      },
    });
    assert.deepEqual(counts, { documents: 4, context: 3, advisory: 1, ratings: 8 });
  });
});
