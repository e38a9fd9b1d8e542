/**
 * What images of engines turned out to be, by their ids: an engine hands an image out as a whole archive only, so that a second look
 * at the same image would copy it once more for the few kilobytes of its configuration. Layers are not kept here.
 */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { formatPlatform, type Platform, type ResolvedImage } from "../../domain/image.ts";
import type { Problem } from "../../domain/problem.ts";
import { writeFileAtomic } from "../../io/atomic-file.ts";
import type { LayerBlob, OpenedImage } from "../types.ts";

export interface EngineRecord {
  readonly image: ResolvedImage;
  readonly platforms: readonly Platform[];
  readonly problems: readonly Problem[];
  readonly proofs: readonly LayerBlob["proof"][];
}

export interface EngineRecords {
  /** Null where nothing is known, or what is there cannot be read. */
  get(id: string): Promise<EngineRecord | null>;
  /** Never throws: what cannot be written costs time, not the result. */
  put(id: string, record: EngineRecord): Promise<void>;
}

/** Counts up when a record tells something else, so that older ones are not read. */
const VERSION = 1;
const RECORD_BYTES_MAX = 16 * 1024 ** 2;

/** `folder`: of the cache; `platform`: the one that is wanted, since an id may stand for several. */
export function openEngineRecords(folder: string, platform: Platform): EngineRecords {
  const pathOf = (id: string): string => {
    const key = JSON.stringify([VERSION, id, formatPlatform(platform)]);
    return join(folder, "engine", `${createHash("sha256").update(key).digest("hex")}.json`);
  };
  return {
    async get(id) {
      try {
        const path = pathOf(id);
        if ((await stat(path)).size > RECORD_BYTES_MAX) return null;
        const value = JSON.parse(await readFile(path, "utf8")) as { id?: unknown } & Partial<EngineRecord>;
        const { image, platforms, problems, proofs } = value;
        if (value.id !== id || image === undefined || platforms === undefined) return null;
        if (problems === undefined || proofs?.length !== image.layers.length) return null;
        return { image, platforms, problems, proofs };
      } catch {
        return null;
      }
    },
    async put(id, record) {
      try {
        // A configuration may hold what nobody but its user should read.
        await writeFileAtomic(pathOf(id), JSON.stringify({ id, ...record }), { mode: 0o600 });
      } catch {
        // The next look asks the engine again.
      }
    },
  };
}

export function recordOf({ image, blobs, platforms, problems }: OpenedImage): EngineRecord {
  return { image, platforms, problems, proofs: blobs.map(({ proof }) => proof) };
}
