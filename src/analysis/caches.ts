/** The caches of one folder, kept within one bound. */
import type { LayerCache, SbomCache } from "../domain/ports.ts";
import { boundCache } from "./cache-files.ts";
import { openLayerCache } from "./layer-cache.ts";
import { openRedactionCache } from "./redaction-cache.ts";
import type { RedactionCache } from "./redact-once.ts";
import { openSbomCache } from "./sbom-cache.ts";

/** Layers as they were read by exactly these readers (plugin ids and versions). */
export type LayersFor = (readers: Readonly<Record<string, number>>) => LayerCache;

export interface CacheOptions {
  readonly folder: string;
  readonly bytesMax: number;
  /**
   * Who shares layers. A manifest may name any layer, so a layer that one organisation has read must not answer for
   * another one that has never fetched it. Null: one user's own.
   */
  readonly owner: string | null;
  /** A cache that cannot be written (read-only home, full disk) costs time, not the result. */
  readonly onWriteFailure: (error: unknown) => void;
}

export function openCaches({ folder, bytesMax, owner, onWriteFailure }: CacheOptions): {
  readonly sboms: SbomCache;
  readonly redactions: RedactionCache;
  readonly layersFor: LayersFor;
} {
  const sboms = openSbomCache(folder, onWriteFailure);
  const onWritten = (): Promise<void> => boundCache(folder, bytesMax);
  return {
    sboms: {
      get: (digest, producers) => sboms.get(digest, producers),
      async put(digest, cached) {
        await sboms.put(digest, cached);
        await onWritten().catch(onWriteFailure);
      },
    },
    redactions: openRedactionCache(folder, onWriteFailure),
    layersFor(readers) {
      const owned = owner === null ? readers : { ...readers, [`owner ${owner}`]: 1 };
      return openLayerCache({ folder, readers: owned, onWriteFailure, onWritten });
    },
  };
}
