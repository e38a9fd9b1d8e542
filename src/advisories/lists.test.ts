/** Feeds of lists and trackers against real content: counts as the collection's manifest gives them, differences explained. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sharedPath, skipWithout } from "../../test/helpers/shared.ts";
import { readDocuments } from "./documents.ts";
import { feeds, isOf } from "./feeds.ts";
import type { FeedDocument } from "./shared/document.ts";
import type { AdvisoryRecord, FeedAdvisory, Feed, RejectedRecord } from "./types.ts";

interface Snapshot {
  readonly documents: number;
  readonly records: readonly AdvisoryRecord[];
  readonly rows: readonly FeedAdvisory[];
  readonly rejected: readonly RejectedRecord[];
  /** Documents that more than one feed takes for its own. */
  readonly contested: readonly string[];
}

/** Everything that the feed reads of an archive. */
async function read(id: string, archive: string, wants = (_name: string) => true): Promise<Snapshot> {
  const feed: Feed = feeds.find((each) => each.id === id) ?? assert.fail(id);
  let documents = 0;
  const records: AdvisoryRecord[] = [];
  const rejected: RejectedRecord[] = [];
  const contested: string[] = [];
  const onDocument = (document: FeedDocument): void => {
    const owners = feeds.filter((each) => isOf(each, document)).map((each) => each.id);
    if (owners.length > 1) contested.push(`${document.name}: ${owners.join(", ")}`);
    if (!owners.includes(id) || !wants(document.name)) return;
    documents += 1;
    const reading = feed.read(document);
    for (const record of reading.records) if (record.kind === "advisory") records.push(record);
    rejected.push(...reading.rejected);
  };
  await readDocuments(sharedPath(`feeds/${archive}`) ?? assert.fail(archive), { onDocument, signal: null });
  const rows = records.flatMap((record) => record.advisories.map(({ advisory }) => advisory));
  return { documents, records, rows, rejected, contested };
}

function distinct(values: Iterable<string>): number {
  return new Set(values).size;
}

function countStates(rows: readonly FeedAdvisory[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { fixState, ranges } of rows) {
    const state = fixState ?? (ranges[0]?.fixed === null ? "open" : "fixed");
    counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}

describe("real snapshots", { skip: skipWithout("feeds/MANIFEST.md") }, () => {
  const lists = "debian-dsa-dla-lists-2023-04.tar.gz";

  it("reads every advisory of Debian's DSA list", async () => {
    const { records, rows, rejected, contested } = await read("debian", lists, (name) =>
      name.includes("DSA"),
    );
    assert.deepEqual([records.length, rejected, contested], [5_406, [], []]);
    // The manifest's 14,767 CVEs less 19 of four notices that name no package: DSA-1529-1, -415, -279 and -219.
    assert.equal(distinct(rows.map(({ id }) => id).filter((id) => id.startsWith("CVE-"))), 14_748);
    assert.equal(records.filter(({ advisories }) => advisories.length === 0).length, 103);
  });

  it("reads every advisory of Debian's DLA list", async () => {
    const { records, rows, rejected } = await read("debian", lists, (name) => name.includes("DLA"));
    assert.deepEqual([records.length, rejected], [3_534, []]);
    assert.equal(distinct(rows.map(({ id }) => id).filter((id) => id.startsWith("CVE-"))), 8_690);
    assert.equal(records.filter(({ advisories }) => advisories.length === 0).length, 130);
  });

  it("reads the latest event of Wolfi's advisories", async () => {
    const snapshot = await read("wolfi", "wolfi-advisories-2025-05-07.tar.gz");
    assert.deepEqual([snapshot.documents, snapshot.contested], [1_278, []]);
    // The manifest's 20,770 less one, whose version is none: 1.1.0-r1-r0.
    assert.deepEqual(
      snapshot.rejected.map(({ id }) => id),
      ["opa-envoy CGA-f73f-594w-h296"],
    );
    assert.equal(snapshot.records.length, 20_769);
    assert.deepEqual(countStates(snapshot.rows), {
      // The numbers of advisories by their latest event; true positives (7) and pending ones (624) are both `affected`.
      fixed: 14_606,
      under_investigation: 3_337,
      not_affected: 2_046,
      affected: 631,
      will_not_fix: 149,
    });
  });

  it("reads the Ruby Advisory Database", async () => {
    const { documents, records, rows, rejected, contested } = await read(
      "rubysec",
      "rubygems-ruby-advisory-db.tar.gz",
    );
    assert.deepEqual([documents, records.length, rejected, contested], [1_381, 1_381, [], []]);
    const gems = rows.filter(({ space }) => space === "gem");
    // 1,234 over 465 gems; of two all versions are patched. 147 of engines, four of which nothing looks up.
    assert.deepEqual([gems.length, rows.length - gems.length], [1_232, 143]);
    assert.ok(rows.every(({ ranges }) => ranges.length > 0));
  });

  it("reads the PHP Security Advisories Database", async () => {
    const { documents, records, rows, rejected, contested } = await read(
      "friendsofphp",
      "packagist-friendsofphp.tar.gz",
    );
    assert.deepEqual([documents, records.length, rejected, contested], [1_592, 1_592, [], []]);
    assert.deepEqual([distinct(rows.map(({ name }) => name)), rows.length], [350, 1_592]);
    assert.equal(rows.filter(({ id }) => id.startsWith("CVE-")).length, 1_160);
    // 5,682 branches, joined where they touch.
    assert.ok(rows.reduce((sum, { ranges }) => sum + ranges.length, 0) < 5_682);
  });

  it("reads the advisories of Node.js' working group, one by one and as the index", async () => {
    const snapshot = await read("nodejs", "npm-nodejs-security-wg.tar.gz");
    // 172 files about Node.js itself, 467 about npm packages and their index.
    assert.deepEqual([snapshot.documents, snapshot.rejected, snapshot.contested], [640, [], []]);
    const core = snapshot.records.filter(({ id }) => id.startsWith("NSWG-COR-"));
    // 171 advisories twice; nine of them speak of Windows only, and one of Linux.
    assert.deepEqual([core.length, distinct(core.map(({ id }) => id))], [342, 171]);
    assert.equal(core.filter(({ neverAffectedCount }) => neverAffectedCount > 0).length, 0);
    const limited = core.flatMap(({ advisories }) => (advisories[0]?.advisory.systems ?? []).join());
    assert.deepEqual(
      Object.entries(Object.groupBy(limited, (systems) => systems)).map(([systems, all]) => [
        systems,
        all?.length,
      ]),
      [
        ["", 322],
        ["windows", 18],
        ["linux", 2],
      ],
    );
    const packages = snapshot.records.filter(({ id }) => id.startsWith("NSWG-ECO-"));
    assert.deepEqual([packages.length, distinct(packages.map(({ id }) => id))], [934, 467]);
    const rows = snapshot.rows.filter(({ space }) => space === "npm");
    assert.equal(distinct(rows.map(({ name }) => name)), 408);
  });

  it("reads the raw inputs of the trackers among the fixtures", async () => {
    const folders = [
      "debian/tracker/api",
      "wolfi/secdb",
      "chainguard/secdb",
      "minimos/secdb",
      "ubuntu/cve",
      "ubuntu/notice",
    ];
    const counts: Record<string, [documents: number, records: number, rejected: number]> = {};
    const onDocument = (document: FeedDocument): void => {
      const folder = folders.find((each) => document.name.includes(`pkg/fetch/${each}/`));
      if (folder === undefined) return;
      const owners = feeds.filter((each) => isOf(each, document));
      // One fixture of Debian's is deliberately no JSON.
      if (owners.length === 0) return;
      assert.deepEqual(
        owners.map(({ id }) => id),
        [folder.split("/")[0]],
        document.name,
      );
      const reading = owners[0]?.read(document);
      const [documents, records, rejected] = counts[folder] ?? [0, 0, 0];
      counts[folder] = [
        documents + 1,
        records + (reading?.records.length ?? 0),
        rejected + (reading?.rejected.length ?? 0),
      ];
    };
    const path = sharedPath("feeds/fixtures-vuls-data-update.tar.gz") ?? assert.fail();
    await readDocuments(path, { onDocument, signal: null });
    assert.deepEqual(counts, {
      "debian/tracker/api": [1, 4, 0],
      "wolfi/secdb": [1, 84, 0],
      "chainguard/secdb": [1, 40, 0],
      "minimos/secdb": [1, 20, 0],
      // Pages of one list, cut in two ways, so one stands in two of them. The oldest notices give no rows: they name no sources.
      "ubuntu/cve": [3, 4, 0],
      "ubuntu/notice": [3, 4, 0],
    });
  });
});
