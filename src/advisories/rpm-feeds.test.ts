/** The feeds of rpm distributions against samples of nearly every source: what each reads, and that no other takes it. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { sharedPath, skipWithout } from "../../test/helpers/shared.ts";
import { readDocuments } from "./documents.ts";
import { feeds, isOf } from "./feeds.ts";
import { partLabel, selectParts } from "./select-parts.ts";

const samples = "feeds/fixtures-vuls-data-update.tar.gz";
const mine = ["almalinux", "amazon", "fedora", "oracle", "photon", "redhat", "rocky", "suse"];

describe("samples of rpm distributions", { skip: skipWithout(samples) }, () => {
  const counts = new Map<string, { documents: number; records: number; rows: number; rejected: string[] }>();
  const claimedTwice: string[] = [];
  before(async () => {
    await readDocuments(sharedPath(samples) ?? assert.fail(), {
      signal: null,
      onDocument(document) {
        const takers = feeds.filter((feed) => isOf(feed, document));
        if (takers.length > 1 && takers.some(({ id }) => mine.includes(id))) {
          claimedTwice.push(`${document.name}: ${takers.map(({ id }) => id).join(", ")}`);
        }
        const [feed] = takers;
        if (feed === undefined || !mine.includes(feed.id)) return;
        const count = counts.get(feed.id) ?? { documents: 0, records: 0, rows: 0, rejected: [] };
        counts.set(feed.id, count);
        const { records, rejected } = feed.read(document);
        count.documents += 1;
        count.records += records.length;
        for (const record of records) count.rows += record.kind === "advisory" ? record.advisories.length : 0;
        count.rejected.push(...rejected.map(({ id, reason }) => `${id}: ${reason}`));
      },
    });
  });

  it("belong to one feed", () => assert.deepEqual(claimedTwice, []));

  // Documents, records, advisories.
  const rows: readonly (readonly [string, number, number, number])[] = [
    ["almalinux", 1, 2, 48],
    ["amazon", 8, 8, 149],
    ["photon", 3, 7, 7],
    ["redhat", 24, 24, 495],
    ["rocky", 5, 6, 12],
    // The list of 2017 is compressed with bzip2, that of Fedora 43 with zstd; a third with xz, which is not read.
    ["fedora", 2, 2, 0],
    // One more document names no vulnerability.
    ["suse", 1, 1, 31],
    // Compressed with bzip2.
    ["oracle", 1, 2, 18],
  ];
  for (const [id, documents, records, advisories] of rows) {
    it(`of ${id}`, () => {
      const count = counts.get(id);
      assert.deepEqual([count?.documents, count?.records, count?.rows], [documents, records, advisories]);
    });
  }

  it("are read without a fault, but for entries of Photon OS that name no vulnerability", () => {
    const rejected = [...counts.values()].flatMap((count) => count.rejected);
    assert.deepEqual(rejected, [
      "4.0 UNK-1: the id is none",
      "4.0 UNK-1: the id is none",
      "4.0 UNK-1: the id is none",
      "4.0 Re: the id is none",
    ]);
  });
});

it("a feed is selected by name, with the part of osv that is called the same", () => {
  // The feed `ubuntu` itself is read from files only.
  for (const [selector, labels] of [
    ["ubuntu", ["osv/Ubuntu"]],
    ["suse", ["osv/SUSE", "suse"]],
    ["redhat", ["redhat"]],
  ] as const) {
    assert.deepEqual(
      selectParts([selector]).map(({ feed, part }) => partLabel(feed.id, part.id)),
      labels,
    );
  }
  assert.throws(() => selectParts(["no-such-feed"]), { code: "FEED_UNKNOWN", message: /No feed or part/ });
  assert.deepEqual(
    selectParts(["photon"]).map(({ part }) => part.id),
    ["3.0", "4.0", "5.0"],
  );
});
