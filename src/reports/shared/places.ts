/**
 * Where a package was seen: path, layer, and the command that built the layer.
 */
import { formatLayerSource, type Layer, type ResolvedImage } from "../../domain/image.ts";
import type { Evidence, Package } from "../../domain/package.ts";

export interface Place extends Evidence {
  /** Build command of the layer, or null when the history does not tell. */
  readonly command: string | null;
  /** `Dockerfile:7-8`: the lines that made the layer; null when no provenance tells. */
  readonly lines: string | null;
}

export function findPlaces(pkg: Package, image: ResolvedImage): readonly Place[] {
  return pkg.evidence.map((evidence) => {
    const { command = null, source } = layerOf(evidence.layer, image) ?? {};
    return { ...evidence, command, lines: source === undefined ? null : formatLayerSource(source) };
  });
}

function layerOf(diffId: string | null, image: ResolvedImage): Layer | null {
  if (diffId === null) return null;
  return image.layers.find((layer) => layer.diffId === diffId) ?? null;
}
