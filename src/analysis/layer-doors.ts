/** What the walled process gets of layers that lie in files, and of those that were read before: descriptors, hashes, the cache. */
import { closeSync, openSync } from "node:fs";
import type { LayerCache } from "../domain/ports.ts";
import type { WalledLayer } from "../domain/wall.ts";
import type { LayerBlob } from "../image/types.ts";
import type { FileHasher, HashAlgorithm } from "../io/file-hash.ts";
import type { Answer } from "../io/peer.ts";
import type { OutsideErrors } from "./outside-errors.ts";

/** The files that layers lie in. */
export interface OpenFiles {
  /** In the order in which the process inherits them, from descriptor 3. */
  readonly descriptors: readonly number[];
  /** Position by path; a file that is not there has none. */
  readonly positions: ReadonlyMap<string, number>;
  readonly paths: readonly string[];
}

const FIRST_DESCRIPTOR = 3;

/** Opens each file once. @throws system errors of open, but for a file that is not there */
export function openFiles(blobs: readonly LayerBlob[]): OpenFiles {
  const descriptors: number[] = [];
  const positions = new Map<string, number>();
  for (const { content } of blobs) {
    if (content.kind !== "file" || positions.has(content.path)) continue;
    try {
      descriptors.push(openSync(content.path, "r"));
      positions.set(content.path, descriptors.length - 1);
    } catch (error) {
      // A blob that is not there is a problem of its layer, found inside.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
        for (const descriptor of descriptors) closeSync(descriptor);
        throw error;
      }
    }
  }
  return { descriptors, positions, paths: [...positions.keys()] };
}

/** The layer as the walled process is told of it. */
export function toWalledLayer({ layer, content, proof }: LayerBlob, files: OpenFiles): WalledLayer {
  if (content.kind === "stream") return { layer, proof, content: { kind: "stream" } };
  const position = files.positions.get(content.path);
  const { offset, sizeBytes } = content;
  const descriptor = position === undefined ? null : FIRST_DESCRIPTOR + position;
  return { layer, proof, content: { kind: "file", descriptor, offset, sizeBytes } };
}

/** Hashes ranges of the open files on this side. */
export function hashDoor(
  files: OpenFiles,
  hasher: FileHasher,
  outside: OutsideErrors,
): Record<string, Answer> {
  return {
    hash: async ({ value }) => {
      const asked = value as {
        descriptor: number;
        offset: number;
        sizeBytes: number;
        algorithm: HashAlgorithm;
      };
      const path = files.paths[asked.descriptor - FIRST_DESCRIPTOR] ?? "";
      const { offset, sizeBytes, algorithm } = asked;
      const digest = await outside.guard(() => hasher.hash({ path, offset, sizeBytes }, algorithm));
      return { value: digest, bytes: null };
    },
  };
}

/** The cache of layers; none: it is not asked. */
export function cacheDoors(cache: LayerCache | null): Record<string, Answer> {
  if (cache === null) return {};
  return {
    recall: async ({ value }) => ({ value: null, bytes: await cache.get(String(value)) }),
    remember: async ({ value, bytes }) => {
      if (bytes !== null) await cache.put(String(value), bytes);
      return { value: null, bytes: null };
    },
  };
}
