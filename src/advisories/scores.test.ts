/** The feeds of scores against whole snapshots and samples of every generation of their formats. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sharedPath, skipWithout } from "../../test/helpers/shared.ts";
import { readDocuments } from "./documents.ts";
import { feeds, isOf } from "./feeds.ts";
import type { FeedDocument } from "./shared/document.ts";
import type { ContextRecord } from "./types.ts";

async function each(archive: string, onDocument: (document: FeedDocument) => void): Promise<void> {
  await readDocuments(sharedPath(`feeds/${archive}`) ?? assert.fail(archive), { signal: null, onDocument });
}

function contexts(document: FeedDocument, feedId: string): ContextRecord[] {
  const feed = feeds.find(({ id }) => id === feedId) ?? assert.fail(feedId);
  const { records, rejected } = feed.read(document);
  assert.deepEqual(rejected, []);
  return records.filter((record) => record.kind === "context");
}

describe("scores of the collection", { skip: skipWithout("feeds/MANIFEST.md") }, () => {
  it("reads EPSS as it was in 2021, 2022 and 2023, and KEV, and takes no document for two feeds'", async () => {
    const epss: string[] = [];
    const owned: Record<string, number> = { nvd: 0, cve: 0, kev: 0, epss: 0, "cve-enrichment": 0 };
    await each("fixtures-vuls-data-update.tar.gz", (document) => {
      const owners = feeds.filter((feed) => isOf(feed, document)).map(({ id }) => id);
      assert.ok(owners.length <= 1, `${document.name}: ${owners.join(", ")}`);
      const [owner = ""] = owners;
      if (owner in owned) owned[owner] = (owned[owner] ?? 0) + 1;
      if (owner !== "epss") return;
      for (const { id, context } of contexts(document, "epss")) {
        if (id !== "CVE-2020-5902") continue;
        epss.push(`${context.epss?.date} ${context.epss?.score} ${context.epss?.percentile.toFixed(3)}`);
      }
    });
    // Without percentiles (April 2021) they are made of the scores of the file: the highest of two has the rank 1.
    assert.deepEqual(epss.sort(), [
      "2021-04-14 0.65117 1.000",
      "2021-09-01 0.65117 0.998",
      "2022-02-04 0.96817 1.000",
      "2023-03-07 0.97567 1.000",
    ]);
    assert.deepEqual(owned, { nvd: 39, cve: 4, kev: 1, epss: 4, "cve-enrichment": 0 });
  });

  it("reads both catalogues of KEV: the newer holds all of the older, with dates and ransomware", async () => {
    const catalogues: ContextRecord[][] = [];
    for (const archive of ["kev-cisa-official-2025-08-25.tar.gz", "kev-cisa-2026-08-07.tar.gz"]) {
      await each(archive, (document) => {
        const owner = feeds.find((feed) => isOf(feed, document));
        if (owner?.id === "kev") catalogues.push(contexts(document, "kev"));
      });
    }
    const [older = [], newer = []] = catalogues;
    const ids = new Set(newer.map(({ id }) => id));
    const ransomware = newer.filter(({ context }) => context.kev?.ransomware === true);
    const due = newer.filter(({ context }) => context.kev?.dueDate !== undefined);
    const dates = newer.map(({ context }) => context.kev?.dateAdded ?? "").sort();
    assert.deepEqual([older.length, newer.length, ids.size, ransomware.length], [1_404, 1_662, 1_662, 338]);
    assert.deepEqual([dates[0], dates.at(-1), due.length], ["2021-11-03", "2026-08-07", 1_662]);
    assert.deepEqual(
      older.filter(({ id }) => !ids.has(id)).map(({ id }) => id),
      [],
    );
  });
});
