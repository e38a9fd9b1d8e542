/**
 * SBOMs by image digest, one file each. Safe for many processes: a file is written beside and renamed into place, and one
 * that cannot be read is a miss. Only verified inventories get here (see inventory.ts).
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sbom } from "../domain/package.ts";
import type { CachedSbom, SbomCache } from "../domain/ports.ts";
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
      const { sbom, contentProved } = entry;
      return sameProducers(sbom.producers, producers) ? { sbom, contentProved } : null;
    },
    async put(digest, { sbom, contentProved }) {
      if (sbom.verification !== "verified") return;
      try {
        const entry = Buffer.from(JSON.stringify({ digest, contentProved, sbom }));
        await writeFileAtomic(pathOf(folder, digest), entry);
      } catch (error) {
        onWriteFailure(error);
      }
    },
  };
}

async function readEntry(path: string): Promise<(CachedSbom & { digest: string }) | null> {
  try {
    const value = JSON.parse(await readFile(path, "utf8")) as Partial<Record<string, unknown>> & {
      sbom?: Sbom;
    };
    const { digest, sbom, contentProved } = value;
    if (typeof digest !== "string" || !Array.isArray(sbom?.packages)) return null;
    return { digest, sbom, contentProved: contentProved === true };
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
