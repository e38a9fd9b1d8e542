/**
 * Whether a package is there only as part of another one, as the inventory tells what depends on what: the modules of a Go program, the
 * dependencies of a library. A statement about a program and a module in it says nothing of the same module in another program, so
 * every way up from the package has to lead to the one that is named, and no place where it was found may be elsewhere.
 */
import type { PackageURL } from "packageurl-js";
import type { Package } from "../../domain/package.ts";
import { packageMatch, packageSubject, type PackageSubject } from "./package-identity.ts";

/** Whether `part` is in the package that `product` names, and nowhere else. */
export type Containment = (product: PackageURL, part: PackageSubject) => boolean;

/** Remembers what was asked; nothing is worked out before the first question. */
export function containmentOf(packages: readonly Package[]): Containment {
  let graph: Graph | null = null;
  const known = new Map<string, boolean>();
  return (product, part) => {
    const key = `${product.toString()}\n${part.purl}`;
    const answer = known.get(key);
    if (answer !== undefined) return answer;
    graph ??= graphOf(packages);
    const held = isHeld(graph, product, part.purl);
    known.set(key, held);
    return held;
  };
}

interface Graph {
  readonly byPurl: ReadonlyMap<string, Package>;
  /** By package URL, those that depend on it. */
  readonly holders: ReadonlyMap<string, readonly Package[]>;
  subjectOf(pkg: Package): PackageSubject;
}

function graphOf(packages: readonly Package[]): Graph {
  const holders = new Map<string, Package[]>();
  for (const pkg of packages) {
    for (const purl of pkg.dependsOn ?? []) {
      const list = holders.get(purl);
      if (list === undefined) holders.set(purl, [pkg]);
      else list.push(pkg);
    }
  }
  const subjects = new Map<Package, PackageSubject>();
  const subjectOf = (pkg: Package): PackageSubject => {
    const subject = subjects.get(pkg) ?? packageSubject(pkg);
    subjects.set(pkg, subject);
    return subject;
  };
  return { byPurl: new Map(packages.map((pkg) => [pkg.purl, pkg])), holders, subjectOf };
}

function isHeld({ byPurl, holders, subjectOf }: Graph, product: PackageURL, purl: string): boolean {
  const named = new Set<Package>();
  const seen = new Set([purl]);
  const left = [purl];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const above = holders.get(next) ?? [];
    if (above.length === 0) return false;
    for (const pkg of above) {
      if (packageMatch(product, subjectOf(pkg)) !== null) named.add(pkg);
      else if (!seen.has(pkg.purl)) {
        seen.add(pkg.purl);
        left.push(pkg.purl);
      }
    }
  }
  const { evidence = [] } = byPurl.get(purl) ?? {};
  return named.size > 0 && evidence.every(({ path }) => [...named].some((holder) => holdsPath(holder, path)));
}

/** In the same file, as the modules of a program are, or below the folder of its package file. */
function holdsPath({ evidence }: Package, path: string): boolean {
  return evidence.some((own) => {
    if (own.path === path) return true;
    return own.path.endsWith(PACKAGE_FILE) && path.startsWith(own.path.slice(0, 1 - PACKAGE_FILE.length));
  });
}

const PACKAGE_FILE = "/package.json";
