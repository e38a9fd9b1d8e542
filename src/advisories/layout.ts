/**
 * Where things lie in the database's folder:
 *
 *     manifest.json          the current manifest; replacing it makes a new database current
 *     segments/<sha256>      segment files named by their digest, shared by successive manifests
 *     .entries.*            what a build has read so far, while it runs
 *     lock                   who is writing, while someone is
 */
import { mkdtempSync } from "node:fs";
import { join } from "node:path";

export function manifestPath(dir: string): string {
  return join(dir, "manifest.json");
}

export function segmentsDir(dir: string): string {
  return join(dir, "segments");
}

/** `digest` is hex sha256. */
export function segmentPath(dir: string, digest: string): string {
  return join(dir, "segments", digest);
}

export function lockPath(dir: string): string {
  return join(dir, "lock");
}

/** A new folder for what a build reads, which removes it. */
export function makeEntriesFolder(dir: string): string {
  return mkdtempSync(join(dir, ENTRIES_NAME));
}

const ENTRIES_NAME = ".entries.";

/** Whether the name in the database's folder is one of `makeEntriesFolder`. */
export function isEntriesFolder(name: string): boolean {
  return name.startsWith(ENTRIES_NAME);
}
