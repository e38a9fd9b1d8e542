/**
 * Projects of a source tree whose dependencies no lock file pins: what they would install is not known, and that is said.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { Problem } from "../../domain/problem.ts";
import { fileProblem } from "./problems.ts";
import { baseName, decodeText, folderOf } from "./text.ts";

/** How one tool names its files. */
export interface ProjectFiles {
  /** File that names dependencies (`Gemfile`), and the lock files that pin them. */
  readonly manifest: string;
  readonly locks: readonly string[];
  /** Whether the manifest names any. */
  readonly hasDependencies: (text: string) => boolean;
}

/** One problem for each manifest with dependencies and no lock file beside it or in a folder above (workspaces). */
export function unpinnedProjects(
  files: readonly WantedFile[],
  { manifest, locks, hasDependencies }: ProjectFiles,
): readonly Problem[] {
  const locked = new Set(
    files.filter(({ path }) => locks.includes(baseName(path))).map(({ path }) => folderOf(path)),
  );
  return files
    .filter(({ path }) => baseName(path) === manifest && !isLocked(folderOf(path), locked))
    .filter(({ bytes }) => hasDependencies(decodeText(bytes)))
    .map((file) =>
      fileProblem("DEPENDENCY_UNPINNED", file, "no lock file pins the dependencies of this project"),
    );
}

function isLocked(folder: string, locked: ReadonlySet<string>): boolean {
  for (let at = folder; at !== ""; at = folderOf(at)) if (locked.has(at)) return true;
  return locked.has("");
}
