/** A small database that changes from one build to the next: records of OSV, made of a map from number to content. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildDatabase } from "../../src/advisories/build.ts";
import { openDatabase, readCurrentManifest } from "../../src/advisories/database.ts";
import type { Manifest } from "../../src/advisories/manifest.ts";

/** What each record says, by its number; 20 numbers share a package. */
export type Records = ReadonlyMap<number, number>;

/** `count` records that say their own number. */
export function manyRecords(count: number): Map<number, number> {
  return new Map(Array.from({ length: count }, (_, number) => [number, number]));
}

/** Builds the records into `dir`, over what is there. `folder` is for the input. */
export async function buildRecords(
  folder: string,
  dir: string,
  records: Records,
  now = new Date("2026-11-20T00:00:00Z"),
): Promise<Manifest> {
  const path = join(folder, "records.json");
  writeFileSync(path, JSON.stringify([...records].map(([number, said]) => document(number, said))));
  await buildDatabase({ inputs: [{ path, feed: "osv" }], dir, now, demonstration: false });
  return readCurrentManifest(dir);
}

/** What it answers, and its digest. */
export function answersOfRecords(dir: string): unknown {
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

function document(number: number, said: number): object {
  return {
    id: `GHSA-${String(number).padStart(5, "0")}`,
    modified: "2024-01-01T00:00:00Z",
    summary: words(said, 40),
    affected: [
      {
        package: { ecosystem: "npm", name: `package-${number % 40}` },
        ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: `1.0.${number}` }] }],
      },
    ],
  };
}

/** Words that hardly compress. */
function words(seed: number, count: number): string {
  let state = seed * 2_654_435_761 + 1;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state.toString(36);
  }).join(" ");
}
