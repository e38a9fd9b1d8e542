/** Steps 2 and 3 where the cache has no answer: the files of an image or folder read, and their packages listed. */
import type { ImageFiles } from "../domain/files.ts";
import type { Sbom } from "../domain/package.ts";
import type { CatalogMode } from "../ecosystems/types.ts";
import type { OpenedImage } from "../image/types.ts";
import type { UnpackOptions } from "../image/unpack.ts";
import type { Wall } from "../io/walled-process.ts";
import type { InventoryOptions } from "./options.ts";

/** Behind the wall where it is asked for. */
export async function readFiles(
  opened: OpenedImage,
  mode: CatalogMode,
  producers: Readonly<Record<string, number>>,
  options: InventoryOptions,
): Promise<{ sbom: Sbom; fileCount: number; wall: Wall | null }> {
  const { limits, verify, signal } = options;
  const cache = options.layersFor?.(producers) ?? null;
  const { checksFiles = false, listsRemoved = false } = options.depth ?? {};
  if (options.walled === true) {
    const { readBehindWall, readFolderBehindWall } = await import("./walled.ts");
    const { folder = null } = opened;
    if (folder !== null) return readFolderBehindWall({ ...folder, mode, checksFiles }, signal);
    const request = { mode, limits, verify, checksFiles, listsRemoved };
    return readBehindWall(opened.blobs, request, { cache, signal, meanwhile: options.meanwhile });
  }
  const { catalogPackages, inspectorsOf, keepsHistory, wantsFile } = await import("../ecosystems/catalog.ts");
  const readers = { wants: wantsFile(mode), inspectors: inspectorsOf(mode), keepsHistory };
  const files =
    opened.readFolder === null
      ? await unpackHere(opened, readers, { limits, verify, signal, cache, now: options.monotonicMs })
      : await opened.readFolder(readers.wants, readers.inspectors);
  return { sbom: catalogPackages(files, mode), fileCount: files.fileCount, wall: null };
}

type Readers = Required<Pick<UnpackOptions, "wants" | "inspectors" | "keepsHistory">>;

/** Loaded on demand: behind a wall it is the other process that reads. */
async function unpackHere(
  opened: OpenedImage,
  readers: Readers,
  how: Omit<UnpackOptions, keyof Readers>,
): Promise<ImageFiles> {
  const { unpack } = await import("../image/unpack.ts");
  return unpack(opened.blobs, { ...how, ...readers });
}
