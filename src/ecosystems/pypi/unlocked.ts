/**
 * Python projects whose dependencies nothing pins: what they would install is not known, and that is said. A lock file or a
 * requirements file beside the project, or in a folder above it, counts as its pins.
 */
import { parse as parseToml } from "smol-toml";
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { Problem } from "../../domain/problem.ts";
import { fileProblem } from "../shared/problems.ts";
import { baseName, decodeText, folderOf } from "../shared/text.ts";

/** Whether each names any dependency; a file that cannot be read may hide some, so it counts as one that does. */
const manifests: Readonly<Record<string, (text: string) => boolean>> = {
  "pyproject.toml": (text) => tomlNeeds(text, pyprojectNeeds),
  Pipfile: (text) =>
    tomlNeeds(text, (root) => ["packages", "dev-packages"].some((key) => isFilled(root[key]))),
  "setup.cfg": (text) => /^install_requires[ \t]{0,20}=/m.test(text),
  "setup.py": (text) => text.includes("install_requires"),
  "requirements.in": (text) => /^[A-Za-z0-9]/m.test(text),
};

export function isProject(path: string): boolean {
  return Object.hasOwn(manifests, baseName(path));
}

/** One problem for each folder with such a file. `isLock` says of the other files which ones pin. */
export function unlockedProjects(
  files: readonly WantedFile[],
  isLock: (path: string) => boolean,
): readonly Problem[] {
  const locked = new Set(files.filter(({ path }) => isLock(path)).map(({ path }) => lockedFolder(path)));
  const said = new Set<string>();
  return files.flatMap((file) => {
    const folder = folderOf(file.path);
    const needs = manifests[isProject(file.path) ? baseName(file.path) : ""];
    if (needs === undefined || said.has(folder) || isLocked(folder, locked)) return [];
    if (!needs(decodeText(file.bytes))) return [];
    said.add(folder);
    const message = "no lock file pins the dependencies of this project";
    return [fileProblem("DEPENDENCY_UNPINNED", file, message)];
  });
}

/** `requirements/base.txt` pins the folder above it. */
function lockedFolder(path: string): string {
  const folder = folderOf(path);
  return baseName(folder) === "requirements" ? folderOf(folder) : folder;
}

function isLocked(folder: string, locked: ReadonlySet<string>): boolean {
  for (let at = folder; at !== ""; at = folderOf(at)) if (locked.has(at)) return true;
  return locked.has("");
}

function tomlNeeds(text: string, needs: (root: JsonRecord) => boolean): boolean {
  try {
    return needs(parseToml(text));
  } catch {
    return true;
  }
}

/** PEP 621 and 735, Poetry 1 and pdm. Poetry lists Python itself among the dependencies. */
function pyprojectNeeds(root: JsonRecord): boolean {
  const project = recordOf(root["project"]) ?? {};
  const tool = recordOf(root["tool"]) ?? {};
  const poetry = recordOf(tool["poetry"]) ?? {};
  const { python: _, ...poetryNeeds } = recordOf(poetry["dependencies"]) ?? {};
  const dynamic = project["dynamic"];
  return (
    [
      project["dependencies"],
      project["optional-dependencies"],
      root["dependency-groups"],
      poetryNeeds,
      poetry["group"],
      poetry["dev-dependencies"],
      recordOf(tool["pdm"])?.["dev-dependencies"],
    ].some(isFilled) ||
    (Array.isArray(dynamic) && dynamic.includes("dependencies"))
  );
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Object.keys(recordOf(value) ?? {}).length > 0;
}
