/** Files with lists of supported tags, as the settings name them. */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { PlimsollError } from "../domain/error.ts";

export interface TagFile {
  /** Base name: that of a library file is the name of its image. */
  readonly name: string;
  readonly text: string;
}

const FILES_MAX = 2000;
const FILE_BYTES_MAX = 1024 ** 2;

/** Files, and the files right in folders, in the order of their names. @throws PlimsollError CONFIG_INVALID */
export async function readTagFiles(paths: readonly string[]): Promise<readonly TagFile[]> {
  const files: TagFile[] = [];
  for (const path of paths) {
    try {
      const isFolder = (await stat(path)).isDirectory();
      const entries = isFolder ? await readdir(path, { withFileTypes: true }) : [];
      const names = entries.filter((entry) => entry.isFile() && !entry.name.startsWith("."));
      const found = isFolder ? names.map(({ name }) => join(path, name)).toSorted() : [path];
      for (const file of found) files.push({ name: basename(file), text: await readText(file) });
    } catch (cause) {
      if (cause instanceof PlimsollError) throw cause;
      throw invalid(`${path} cannot be read`, cause);
    }
    if (files.length > FILES_MAX) throw invalid(`there are more than ${FILES_MAX} files`);
  }
  return files;
}

async function readText(file: string): Promise<string> {
  if ((await stat(file)).size > FILE_BYTES_MAX) throw invalid(`${file} is too large`);
  return readFile(file, "utf8");
}

function invalid(why: string, cause?: unknown): PlimsollError {
  return new PlimsollError("CONFIG_INVALID", `PLIMSOLL_SUPPORTED_TAGS: ${why}.`, { cause });
}
