/**
 * Wanted files of a made-up image, for tests of what reads them.
 */
import { Buffer } from "node:buffer";
import type { ImageFiles, WantedFile } from "../../src/domain/files.ts";

/** A file of layer `layerIndex`, whose diff ID is `sha256:layer<index>`. */
export function wantedFile(path: string, content: string | Uint8Array, layerIndex = 0): WantedFile {
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  return { path, bytes, layer: `sha256:layer${layerIndex}`, layerIndex };
}

/** The same path written by several layers, from the bottom: the last is what the image shows, the others its history. */
export function rewrittenFile(path: string, versions: readonly (readonly [string, number])[]): WantedFile {
  const [text, layerIndex] = versions.at(-1) ?? ["", 0];
  const earlier = versions.slice(0, -1).map(([lower, index]) => ({
    bytes: Buffer.from(lower, "utf8"),
    layer: `sha256:layer${index}`,
    layerIndex: index,
  }));
  return { ...wantedFile(path, text, layerIndex), earlier };
}

/** An image of these files, sorted by path as the unpacking step promises. */
export function imageFiles(wanted: readonly WantedFile[]): ImageFiles {
  return {
    wanted: wanted.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    inspected: [],
    tree: null,
    fileCount: wanted.length,
    contentBytes: wanted.reduce((sum, file) => sum + file.bytes.length, 0),
    verification: "verified",
    problems: [],
  };
}
