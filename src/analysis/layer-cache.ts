/**
 * What was read of layers, one file for each layer and set of readers. Safe for many processes: a file is written beside and renamed
 * into place, and one that is gone or damaged is a miss.
 */
import { createHash } from "node:crypto";
import { readFile, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { LayerCache } from "../domain/ports.ts";
import { writeFileAtomic } from "../io/atomic-file.ts";

export interface LayerCacheOptions {
  /** Folder of the cache; nothing is created before the first `put`. */
  readonly folder: string;
  /** What reads the layers; a change of it makes what was read before useless. */
  readonly readers: Readonly<Record<string, number>>;
  readonly onWriteFailure: (error: unknown) => void;
  /** Called after something was written: the place to keep the cache within its bound. */
  readonly onWritten: () => Promise<void>;
}

export function openLayerCache({
  folder,
  readers,
  onWriteFailure,
  onWritten,
}: LayerCacheOptions): LayerCache {
  const sorted = Object.entries(readers).sort(([a], [b]) => (a < b ? -1 : 1));
  const set = createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 16);
  return {
    async get(digest) {
      const path = pathOf(folder, digest, set);
      const bytes = path === null ? null : await readFile(path).catch(() => null);
      // Its age is when it was last of use: the oldest go first.
      if (bytes !== null && path !== null) await utimes(path, new Date(), new Date()).catch(() => undefined);
      return bytes;
    },
    async put(digest, bytes) {
      const path = pathOf(folder, digest, set);
      if (path === null) return;
      try {
        await writeFileAtomic(path, bytes);
        await onWritten();
      } catch (error) {
        onWriteFailure(error);
      }
    },
  };
}

/** Nothing but hexadecimal ever becomes a file name; null for a digest of another algorithm. */
function pathOf(folder: string, digest: string, set: string): string | null {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  return hex === undefined ? null : join(folder, "layers", `${hex}-${set}.bin`);
}
