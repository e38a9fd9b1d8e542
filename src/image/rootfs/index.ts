/**
 * Source `fs://`: a folder, as a root file system or a source tree, or a single file.
 */
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { ImageFiles } from "../../domain/files.ts";
import { printable } from "../../domain/problem.ts";
import { OciError } from "../../oci/error.ts";
import { unlayeredImage } from "../shared/unlayered-image.ts";
import type { LayerWishes } from "../layer-entries.ts";
import type { FolderPlace, OpenedImage, ResolveOptions, Source } from "../types.ts";
import { resolveInside } from "./contained-path.ts";
import { readFolder, readSingleFile } from "./read-folder.ts";

export const rootfs: Source = Object.freeze({
  id: "rootfs",
  title: "Folder or file",
  schemes: ["fs"],
  kind: "fs",
  specs: ["https://refspecs.linuxfoundation.org/FHS_3.0/fhs/index.html"],
  version: 1,
  open,
} satisfies Source);

/** What only the root of a system has. */
const rootMarks = [
  "etc/os-release",
  "usr/lib/os-release",
  "var/lib/dpkg/status",
  "var/lib/dpkg/status.d",
  "lib/apk/db/installed",
  "usr/lib/apk/db/installed",
  "var/lib/rpm",
  "usr/lib/sysimage/rpm",
  "var/lib/pacman/local",
  "var/db/pkg",
];

/** Mounted by a running system; no part of an image. */
const kernelFolders: ReadonlySet<string> = new Set(["proc", "sys", "dev"]);

async function open(location: string, options: ResolveOptions): Promise<OpenedImage> {
  const path = resolve(location === "" ? "." : location);
  const found = await stat(path).catch(() => null);
  if (found === null) throw new OciError("SOURCE_NOT_FOUND", `There is no folder ${printable(location)}.`);
  const image = unlayeredImage("fs", location);
  if (!found.isFile() && !found.isDirectory()) {
    throw new OciError("SOURCE_INVALID", `${printable(location)} is neither a folder nor a file.`);
  }
  const root = Buffer.from(path);
  const isRootFileSystem =
    found.isDirectory() && rootMarks.some((mark) => resolveInside(root, mark) !== null);
  const folder: FolderPlace = { path, isFile: found.isFile(), isRootFileSystem };
  return {
    ...image,
    folder,
    isRootFileSystem,
    readFolder: (wants, inspectors = []) => readPlace(folder, { wants, inspectors }, options.signal),
  };
}

/** What a folder's `readFolder` does, by its place. @throws the signal's reason */
export function readPlace(
  { path, isFile, isRootFileSystem }: FolderPlace,
  wishes: LayerWishes,
  signal: AbortSignal | null,
): Promise<ImageFiles> {
  if (isFile) return readSingleFile(path, basename(path), wishes);
  const skipTop = isRootFileSystem ? kernelFolders : new Set<string>();
  return readFolder(path, wishes, { skipTop, isRootFileSystem, signal });
}
