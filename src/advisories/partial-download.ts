/**
 * What was left of a download that broke off, so that the next attempt, also that of another process, fetches only the rest:
 * `.download.<address>.part` with the bytes, and `.download.<address>.part.json` with what the server called that version.
 * Callers hold the lock of the folder.
 */
import { createHash } from "node:crypto";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Validators } from "./manifest.ts";

export interface PartialDownload {
  readonly path: string;
  readonly sizeBytes: number;
  readonly validators: Validators;
}

/** Older ones are of no use: by then the server has another version. */
const PARTIAL_AGE_MS_MAX = 3 * 24 * 60 * 60 * 1000;

/** Where the bytes of this address are kept. The address may hold credentials, so it stands there as a digest. */
export function partialPath(dir: string, url: string): string {
  return join(dir, `.download.${createHash("sha256").update(url).digest("hex").slice(0, 32)}.part`);
}

/** Null: nothing usable is there. */
export async function findPartial(dir: string, url: string): Promise<PartialDownload | null> {
  const path = partialPath(dir, url);
  try {
    const { etag, lastModified } = JSON.parse(await readFile(`${path}.json`, "utf8")) as Partial<Validators>;
    const validators = { etag: textOf(etag), lastModified: textOf(lastModified) };
    const { size } = await stat(path);
    return size > 0 && versionOf(validators) !== null ? { path, sizeBytes: size, validators } : null;
  } catch {
    // None was left, or not all of it.
    return null;
  }
}

/** Notes which version the bytes at `path` are of; without a version that a server can be asked for, they will be of no use. */
export async function notePartial(path: string, validators: Validators): Promise<void> {
  await writeFile(`${path}.json`, JSON.stringify(validators), { mode: 0o600 });
}

export async function removePartial(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}.json`, { force: true });
}

/** What asks for the same version (RFC 9110, `If-Range`): an ETag unless it is weak, else a date; null: neither is known. */
export function versionOf({ etag, lastModified }: Validators): string | null {
  return etag !== null && !etag.startsWith("W/") ? etag : etag === null ? lastModified : null;
}

/** Removes what nobody came back for. */
export async function removeOldPartials(dir: string, now: Date): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!/^\.download\.[0-9a-f]{32}\.part(?:\.json)?$/.test(name)) continue;
    const facts = await stat(join(dir, name)).catch(() => null);
    if (facts !== null && now.getTime() - facts.mtimeMs > PARTIAL_AGE_MS_MAX) {
      await rm(join(dir, name), { force: true });
    }
  }
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
