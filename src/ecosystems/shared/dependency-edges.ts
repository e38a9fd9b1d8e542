/**
 * Edges between packages of one installation or lock file: names that a package needs become purls of this inventory.
 */
import type { Package } from "../../domain/package.ts";

export interface PackageNode {
  readonly pkg: Package;
  /** Names under which others need it: its own, and what it provides or replaces. */
  readonly names: readonly string[];
  /** Names of what it needs at run time. A name that no node has is left out: it is not installed here. */
  readonly needs: readonly string[];
}

/** The packages with `dependsOn` where there is any. A name that several nodes have points to all of them. */
export function withEdges(nodes: readonly PackageNode[]): readonly Package[] {
  const byName = new Map<string, Set<string>>();
  for (const { pkg, names } of nodes) {
    for (const name of names) {
      const purls = byName.get(name);
      if (purls === undefined) byName.set(name, new Set([pkg.purl]));
      // A hostile file could give one name to every package; real ones have one package a platform.
      else if (purls.size < sameNameMax) purls.add(pkg.purl);
    }
  }
  return nodes.map(({ pkg, needs }) => {
    const found = [...new Set(needs)]
      .flatMap((name) => [...(byName.get(name) ?? [])])
      .filter((purl) => purl !== pkg.purl);
    const dependsOn = [...new Set(found)].sort();
    return dependsOn.length === 0 ? pkg : { ...pkg, dependsOn };
  });
}

const sameNameMax = 50;
