/** Deltas and new bases: whatever the order of updates, the database answers as one that was built afresh. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import {
  answersOfRecords,
  buildRecords,
  manyRecords,
  type Records,
} from "../../test/helpers/changing-database.ts";
import { openCurrent, openDatabase } from "./database.ts";
import { segmentPath } from "./layout.ts";
import { segmentsOf, type Manifest } from "./manifest.ts";
import { contentDigestOf } from "./store-part.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-delta-"));
after(() => rmSync(root, { recursive: true, force: true }));

async function build(dir: string, { records }: { readonly records: Records }): Promise<Manifest> {
  const manifest = await buildRecords(root, dir, records);
  const { opened } = openCurrent(dir);
  opened.verify();
  // What the manifest says of the rows holds of the rows.
  for (const part of opened.parts) assert.equal(contentDigestOf(part.rows()), part.entry.contentDigest);
  opened.close();
  return manifest;
}

function sizeOfNew(dir: string, manifest: Manifest, before: Manifest): number {
  const known = new Set(segmentsOf(before).map(({ digest }) => digest));
  return segmentsOf(manifest)
    .filter(({ digest }) => !known.has(digest))
    .reduce((sum, { digest }) => sum + statSync(segmentPath(dir, digest)).size, 0);
}

const many = manyRecords(800);

describe("a database that is changed", () => {
  it("grows by what changed: new, changed and removed records, and a package that goes", async () => {
    const dir = join(root, "grows");
    const first = await build(dir, { records: many });
    const changed = new Map(many);
    changed.set(900, 900).set(7, 7_000).delete(8);
    for (let number = 3; number < 800; number += 40) changed.delete(number);
    const second = await build(dir, { records: changed });
    assert.deepEqual([first.deltas.length, second.deltas.length, second.number], [0, 1, first.number + 1]);
    assert.deepEqual(second.deltas[0]?.parts, ["osv/npm"]);
    assert.deepEqual(second.parts[0]?.segments, first.parts[0]?.segments);
    const [all] = first.parts[0]?.segments ?? [];
    assert.ok(sizeOfNew(dir, second, first) < (all?.sizeBytes ?? 0) / 40);
    const fresh = join(root, "fresh");
    await build(fresh, { records: changed });
    assert.deepEqual(answersOfRecords(dir), answersOfRecords(fresh));
  });

  it("is not changed by the same records", async () => {
    const dir = join(root, "same");
    const first = await build(dir, { records: many });
    const second = await build(dir, { records: many });
    assert.deepEqual(second, first);
  });

  it("gets a new base when most of it changed, and forgets deltas that it covers", async () => {
    const dir = join(root, "most");
    await build(dir, { records: many });
    const [small, large] = [new Map(many), new Map(many)];
    small.set(1, 5_000);
    const second = await build(dir, { records: small });
    for (let number = 0; number < 500; number += 1) large.set(number, number + 9_000);
    const third = await build(dir, { records: large });
    assert.deepEqual([second.deltas.length, third.deltas.length], [1, 0]);
    assert.equal(third.parts[0]?.since, third.number);
    const fresh = join(root, "most-fresh");
    await build(fresh, { records: large });
    assert.deepEqual(answersOfRecords(dir), answersOfRecords(fresh));
    assert.equal(readdirSync(join(dir, "segments")).length, 1 + third.folded.length);
  });

  it("answers as one that was built afresh through days of deltas and new bases", async () => {
    const dir = join(root, "days");
    const records = manyRecords(1_000);
    let manifest = await build(dir, { records });
    const rebased: number[] = [];
    for (let day = 1; day <= 12; day += 1) {
      for (let change = 0; change < 60; change += 1)
        records.set((day * 131 + change * 29) % 1_050, day * 10_000 + change);
      records.delete((day * 37) % 1_000);
      const next = await build(dir, { records });
      if (next.parts[0]?.since !== manifest.parts[0]?.since) {
        rebased.push(day);
        // What the new base holds is what the deltas before this day made: this day's stands beside it.
        assert.equal(next.deltas.length, 1);
        assert.equal(next.parts[0]?.since, next.number - 1);
      }
      manifest = next;
    }
    assert.ok(rebased.length > 0);
    assert.ok(manifest.folded.length > 0);
    const fresh = join(root, "days-fresh");
    await build(fresh, { records });
    assert.deepEqual(answersOfRecords(dir), answersOfRecords(fresh));
  });

  it("loses the part that a damaged delta changes, and gets it back", async () => {
    const dir = join(root, "damaged");
    await build(dir, { records: many });
    const changed = new Map(many).set(1, 5_000);
    const { deltas } = await build(dir, { records: changed });
    writeFileSync(segmentPath(dir, deltas[0]?.segments[0]?.digest ?? assert.fail()), "damage");
    assert.throws(() => openDatabase(dir), { code: "DATABASE_INVALID" });
    const mended = await build(dir, { records: changed });
    assert.deepEqual([mended.deltas.length, mended.folded.length], [0, 0]);
    const fresh = join(root, "damaged-fresh");
    await build(fresh, { records: changed });
    assert.deepEqual(answersOfRecords(dir), answersOfRecords(fresh));
  });
});
