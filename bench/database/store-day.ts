/** Stores other rows for the parts of a database, as an update does: the same steps without downloads and parsers. */
import { withLock } from "../../src/advisories/lock.ts";
import { partKey, type PartEntry } from "../../src/advisories/manifest.ts";
import { makeNextManifest } from "../../src/advisories/next-manifest.ts";
import { publish } from "../../src/advisories/publish.ts";
import type { Row } from "../../src/advisories/segment-format.ts";
import { storePart } from "../../src/advisories/store-part.ts";
import { openUsable } from "../../src/advisories/usable-database.ts";

/** `change` is asked for each part's rows, once or twice, and gives the same ones each time. */
export function buildStore(
  dir: string,
  now: Date,
  change: (part: PartEntry, rows: Iterable<Row>) => Iterable<Row>,
): Promise<void> {
  return withLock(dir, async () => {
    const { manifest: previous, opened } = await openUsable(dir, () => true);
    try {
      const parts: PartEntry[] = [];
      const patches = new Map<string, readonly Row[]>();
      for (const part of opened.parts) {
        const stored = await storePart({
          dir,
          rows: () => change(part.entry, part.rows()),
          previous: part,
          number: previous.number + 1,
          isScores: part.entry.feed === "epss",
        });
        parts.push({ ...part.entry, fetchedAt: now.toISOString(), ...stored.rows });
        patches.set(partKey(part.entry), stored.patches);
      }
      await publish(dir, await makeNextManifest({ dir, previous, opened: opened.parts, parts, patches }));
    } finally {
      opened.close();
    }
  });
}
