/**
 * Files that are there as a whole or not at all, also when several processes write the same one.
 */
import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { makeFolder } from "./make-folder.ts";

export interface AtomicFileOptions {
  /** Permission bits of the new file. Default 0o644. */
  readonly mode?: number;
}

/**
 * Writes `bytes` to a temporary file in the same folder (made when missing), flushes it and renames it to `path`.
 * A reader sees the old bytes or the new ones. @throws system errors; then no temporary file is left
 */
export async function writeFileAtomic(
  path: string,
  bytes: Uint8Array | string,
  options: AtomicFileOptions = {},
): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${process.pid}.${randomBytes(6).toString("hex")}.tmp`);
  await makeFolder(folder);
  try {
    const file = await open(temporary, "wx", options.mode ?? 0o644);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
