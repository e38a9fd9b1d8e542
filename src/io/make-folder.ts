/**
 * Folders with their parents. Node's own recursive `mkdir` never ends where the system says that a parent which is there is
 * missing, as Linux does below `/proc`; this one tries each folder once.
 */
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** Makes `folder` and the parents that are missing; one that is there is left as it is. @throws system errors */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOENT" && dirname(folder) !== folder) {
      const parent = dirname(folder);
      // A parent that is there by now was made by another in between; where it always was, the second try fails as the first.
      if ((await stat(parent).catch(() => null)) === null) await makeFolder(parent);
      await makeLast(folder);
      return;
    }
    if (!(await isFolder(folder))) throw error;
  }
}

/** Another process may have made it in between. */
async function makeLast(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (!(await isFolder(folder))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}
