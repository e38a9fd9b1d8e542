/**
 * Whether the demonstration's database must be made again. One that the user has updated with real feeds is left alone, and one
 * that is as it would be made again too, so that a second start finds its verdicts as they were.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { database, folder, root } from "./places.ts";

const note = join(folder, "advisories.txt");

/** False when there is none, or the demonstration's advisories have changed since. */
export function databaseIsCurrent(): boolean {
  return existsSync(database) && existsSync(note) && readFileSync(note, "utf8") === fingerprint();
}

/** Called when it was made. */
export function noteDatabase(): void {
  writeFileSync(note, fingerprint());
}

function fingerprint(): string {
  const hash = createHash("sha256");
  const advisories = join(root, "examples/advisories");
  for (const name of readdirSync(advisories, { recursive: true, encoding: "utf8" }).sort()) {
    const path = join(advisories, name);
    if (/\.[a-z]+$/.test(name)) hash.update(`${name}\n`).update(readFileSync(path));
  }
  return hash.digest("hex");
}
