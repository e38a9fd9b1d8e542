/** Deltas and new bases: whatever the order of updates, the database answers as one that was built afresh. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { buildDatabase } from "./build.ts";
import { openCurrent, openDatabase } from "./database.ts";
import { segmentPath } from "./layout.ts";
import { segmentsOf, type Manifest } from "./manifest.ts";
import { contentDigestOf } from "./store-part.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-delta-"));
after(() => rmSync(root, { recursive: true, force: true }));

/** Words that hardly compress, told by a number. */
function words(seed: number, count: number): string {
  let state = seed * 2_654_435_761 + 1;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state.toString(36);
  }).join(" ");
}

interface Edition {
  /** Records by number; what their summaries are made of. */
  readonly records: ReadonlyMap<number, number>;
}

/** A folder of OSV records, 20 for each package. */
function writeRecords(path: string, { records }: Edition): void {
  const documents = [...records].map(([number, seed]) => ({
    id: `GHSA-${String(number).padStart(5, "0")}`,
    modified: "2024-01-01T00:00:00Z",
    summary: words(seed, 40),
    affected: [
      {
        package: { ecosystem: "npm", name: `package-${number % 40}` },
        ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: `1.0.${number}` }] }],
      },
    ],
  }));
  writeFileSync(path, JSON.stringify(documents));
}

async function build(dir: string, edition: Edition): Promise<Manifest> {
  const path = join(root, "records.json");
  writeRecords(path, edition);
  const now = new Date("2026-11-20T00:00:00Z");
  await buildDatabase({ inputs: [{ path, feed: "osv" }], dir, now, demonstration: false });
  const { manifest, opened } = openCurrent(dir);
  opened.verify();
  // What the manifest says of the rows holds of the rows.
  for (const part of opened.parts) assert.equal(contentDigestOf(part.rows()), part.entry.contentDigest);
  opened.close();
  return manifest;
}

function answers(dir: string): unknown {
  const database = openDatabase(dir, { verify: true });
  const keys = Array.from({ length: 41 }, (_, at) => ({
    space: "npm",
    name: `package-${at}`,
    version: "",
    by: "package" as const,
  }));
  const found = [...database.findAdvisories(keys)].map(([key, advisories]) => [
    key,
    advisories.map(({ id, summary }) => [id, summary]),
  ]);
  const { digest } = database.status;
  database.close();
  return [digest, found];
}

function sizeOfNew(dir: string, manifest: Manifest, before: Manifest): number {
  const known = new Set(segmentsOf(before).map(({ digest }) => digest));
  return segmentsOf(manifest)
    .filter(({ digest }) => !known.has(digest))
    .reduce((sum, { digest }) => sum + statSync(segmentPath(dir, digest)).size, 0);
}

const many = new Map(Array.from({ length: 800 }, (_, number) => [number, number]));

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
    assert.deepEqual(answers(dir), answers(fresh));
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
    assert.deepEqual(answers(dir), answers(fresh));
    assert.equal(readdirSync(join(dir, "segments")).length, 1 + third.folded.length);
  });

  it("answers as one that was built afresh through days of deltas and new bases", async () => {
    const dir = join(root, "days");
    const records = new Map(Array.from({ length: 1_000 }, (_, number) => [number, number]));
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
    assert.deepEqual(answers(dir), answers(fresh));
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
    assert.deepEqual(answers(dir), answers(fresh));
  });
});
