/**
 * How much of the file system the packages explain. An image of which nothing is known looks like one without packages, and
 * only this tells them apart.
 */
import type { FileFact, FileTree } from "../domain/files.ts";
import type { Coverage, CoverageCount, Package } from "../domain/package.ts";
import type { Ownership } from "./claims.ts";
import { outerPath } from "./owned-packages.ts";

/** Paths that are named one by one. */
const PATHS_MAX = 100;

export interface Explained {
  readonly coverage: Coverage;
  /** Files that no package of the distribution owns, of those that `isSystem` is true of. */
  readonly unowned: readonly string[];
}

/** `system`: of the claims of the distribution's packages; `others`: of all others. One walk, as images have a million files. */
export function measureCoverage(
  tree: FileTree,
  packages: readonly Package[],
  { system, others }: { readonly system: Ownership; readonly others: Ownership },
  isSystem: (fact: FileFact) => boolean,
): Explained {
  const seen = evidenceByPath(packages);
  const files = newCount();
  const executables = newCount();
  const unexplained: string[] = [];
  const unowned: string[] = [];
  for (const fact of tree.walk()) {
    if (fact.kind !== "file") continue;
    const { path } = fact;
    const isOwned = system.ownerOf(path) !== null;
    if (!isOwned && isSystem(fact)) unowned.push(path);
    const by = isOwned || others.ownerOf(path) !== null ? "byPackage" : (seen.get(path) ?? "byNothing");
    count(files, by);
    if (!isExecutable(fact)) continue;
    count(executables, by);
    if (by === "byNothing") unexplained.push(path);
  }
  const coverage = { files, executables, unexplained: unexplained.sort().slice(0, PATHS_MAX) };
  return { coverage, unowned };
}

type Explanation = "byPackage" | "bySignature" | "byNothing";

/** Files that packages were read from; a record of a package says more than a signature. */
function evidenceByPath(packages: readonly Package[]): ReadonlyMap<string, Explanation> {
  const seen = new Map<string, Explanation>();
  for (const pkg of packages) {
    for (const { path } of pkg.evidence) {
      const file = outerPath(path);
      if (pkg.foundBy !== "signature") seen.set(file, "byPackage");
      else if (!seen.has(file)) seen.set(file, "bySignature");
    }
  }
  return seen;
}

/** By its mode or its name; what a file really is only its bytes tell. */
export function isExecutable({ path, mode, sizeBytes }: FileFact): boolean {
  if (sizeBytes === 0) return false;
  if ((mode & 0o111) !== 0) return true;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.endsWith(".so") || name.includes(".so.") || PROGRAM_ARCHIVES.some((end) => name.endsWith(end));
}

const PROGRAM_ARCHIVES = [".jar", ".war", ".ear", ".dll", ".exe", ".dylib", ".pyd", ".wasm"];

type Counting = { -readonly [Key in keyof CoverageCount]: number };

function newCount(): Counting {
  return { total: 0, byPackage: 0, bySignature: 0, byNothing: 0 };
}

function count(counts: Counting, by: Explanation): void {
  counts.total += 1;
  counts[by] += 1;
}
