/**
 * Projects of a source tree whose dependencies no lock file pins: what they would install is not known, and that is said.
 */
import { recordOf } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { Problem } from "../../domain/problem.ts";
import { fileProblem } from "../shared/problems.ts";
import { baseName, decodeText } from "../shared/text.ts";

/** One problem for each `package.json` with dependencies and no lock file beside it or in a folder above. */
export function unlockedProjects(
  files: readonly WantedFile[],
  lockNames: readonly string[],
): readonly Problem[] {
  const locked = new Set(
    files.filter((file) => lockNames.includes(baseName(file.path))).map((file) => folderOf(file.path)),
  );
  return files
    .filter(
      (file) =>
        baseName(file.path) === "package.json" &&
        !isLocked(folderOf(file.path), locked) &&
        hasDependencies(file),
    )
    .map((file) =>
      fileProblem("DEPENDENCY_UNPINNED", file, "no lock file pins the dependencies of this project"),
    );
}

function isLocked(folder: string, locked: ReadonlySet<string>): boolean {
  for (let at = folder; at !== ""; at = folderOf(at)) if (locked.has(at)) return true;
  return locked.has("");
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function hasDependencies(file: WantedFile): boolean {
  try {
    const fields = recordOf(JSON.parse(decodeText(file.bytes)));
    return dependencyFields.some((name) => Object.keys(recordOf(fields?.[name]) ?? {}).length > 0);
  } catch {
    // A file that is no JSON may hide dependencies, so it counts as one that has some.
    return true;
  }
}

const dependencyFields = ["dependencies", "devDependencies", "optionalDependencies"];
