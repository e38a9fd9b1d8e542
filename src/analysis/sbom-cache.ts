/**
 * SBOMs by image digest, one file each. Safe for many processes: a file is written beside and renamed into place, and one
 * that cannot be read is a miss. Only verified inventories get here (see inventory.ts).
 */
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Sbom } from "../domain/package.ts";
import type { SbomCache } from "../domain/ports.ts";
import { writeFileAtomic } from "../io/atomic-file.ts";

/**
 * Opens the cache in `folder`; nothing is created before the first `put`. A cache that cannot be written (read-only home, full
 * disk) costs time, not the result: `onWriteFailure` is told.
 */
export function openSbomCache(folder: string, onWriteFailure: (error: unknown) => void): SbomCache {
  return {
    async get(digest, producers) {
      const entry = await readEntry(pathOf(folder, digest));
      if (entry === null || entry.digest !== digest) return null;
      return sameProducers(entry.sbom.producers, producers) ? entry.sbom : null;
    },
    async put(digest, sbom) {
      if (sbom.verification !== "verified") return;
      try {
        await writeFileAtomic(pathOf(folder, digest), Buffer.from(JSON.stringify({ digest, sbom })));
      } catch (error) {
        onWriteFailure(error);
      }
    },
  };
}

export interface CachedSbom {
  /** `sha256:…` of the image. */
  readonly digest: string;
  readonly sizeBytes: number;
  readonly storedAt: Date;
}

/** What the cache holds, by digest. */
export async function listCachedSboms(folder: string): Promise<CachedSbom[]> {
  const names = await readdir(join(folder, "sbom")).catch(() => [] as string[]);
  const entries = await Promise.all(
    names
      .filter((name) => ENTRY.test(name))
      .sort()
      .map(async (name): Promise<CachedSbom[]> => {
        const facts = await stat(join(folder, "sbom", name)).catch(() => null);
        if (facts === null) return [];
        return [{ digest: `sha256:${name.slice(0, 64)}`, sizeBytes: facts.size, storedAt: facts.mtime }];
      }),
  );
  return entries.flat();
}

/** Removes every cached SBOM; resolves to what was removed. */
export async function pruneCachedSboms(folder: string): Promise<CachedSbom[]> {
  const entries = await listCachedSboms(folder);
  for (const entry of entries) await rm(pathOf(folder, entry.digest), { force: true });
  return entries;
}

async function readEntry(path: string): Promise<{ digest: string; sbom: Sbom } | null> {
  try {
    const value = JSON.parse(await readFile(path, "utf8")) as { digest?: unknown; sbom?: Sbom };
    if (typeof value.digest !== "string" || !Array.isArray(value.sbom?.packages)) return null;
    return { digest: value.digest, sbom: value.sbom };
  } catch {
    return null;
  }
}

function sameProducers(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

/** Digests come from verified manifests; still, nothing but hexadecimal ever becomes a file name. */
function pathOf(folder: string, digest: string): string {
  const hex = digest.slice("sha256:".length);
  if (!HEX.test(hex)) throw new TypeError(`not a digest: ${digest}`);
  return join(folder, "sbom", `${hex}.json`);
}

const HEX = /^[0-9a-f]{64}$/;
const ENTRY = /^[0-9a-f]{64}\.json$/;
