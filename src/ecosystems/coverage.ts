/**
 * How much of the file system the packages explain. An image of which nothing is known looks like one without packages, and
 * only this tells them apart.
 */
import type { FileCursor, FileTree } from "../domain/files.ts";
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
  isSystem: (file: FileCursor) => boolean,
): Explained {
  const seen = evidenceByFile(tree, packages);
  const files = newCount();
  const executables = newCount();
  const unexplained: string[] = [];
  const unowned: string[] = [];
  tree.eachFile((file) => {
    const isOwned = system.ownerOfFile(file) !== null;
    if (!isOwned && isSystem(file)) unowned.push(file.path());
    const by =
      isOwned || others.ownerOfFile(file) !== null ? "byPackage" : (seen.get(file.id) ?? "byNothing");
    count(files, by);
    if (!isExecutable(file)) return;
    count(executables, by);
    if (by === "byNothing") unexplained.push(file.path());
  });
  const coverage = { files, executables, unexplained: unexplained.sort().slice(0, PATHS_MAX) };
  return { coverage, unowned };
}

type Explanation = "byPackage" | "bySignature" | "byNothing";

/** Files that packages were read from, by number; a record of a package says more than a signature. */
function evidenceByFile(tree: FileTree, packages: readonly Package[]): ReadonlyMap<number, Explanation> {
  const seen = new Map<number, Explanation>();
  let last = "";
  for (const pkg of packages) {
    const by = pkg.foundBy === "signature" ? "bySignature" : "byPackage";
    for (const { path } of pkg.evidence) {
      const outer = outerPath(path);
      // The packages of one database or archive stand side by side.
      const isAgain = `${by}\n${outer}` === last;
      last = `${by}\n${outer}`;
      const file = isAgain ? null : tree.find(outer);
      if (file !== null && (by === "byPackage" || !seen.has(file.id))) seen.set(file.id, by);
    }
  }
  return seen;
}

/** By its mode or its name; what a file really is only its bytes tell. */
function isExecutable(file: FileCursor): boolean {
  if (file.sizeBytes === 0) return false;
  if ((file.mode & 0o111) !== 0) return true;
  const path = file.path();
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
