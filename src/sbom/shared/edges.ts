/**
 * The edges of an inventory: which package needs which, by their position in the list.
 */
import type { Package } from "../../domain/package.ts";

export interface PackageEdges {
  /** Positions of what it needs, ascending; null: its ecosystem does not tell. */
  readonly to: readonly number[] | null;
  /** Package URLs that no package of the list has. */
  readonly dangling: readonly string[];
}

/** The edges of each package, in their order. A package URL that stands in several places means the first. */
export function packageEdges(packages: readonly Package[]): readonly PackageEdges[] {
  const positions = new Map<string, number>();
  for (const [at, { purl }] of packages.entries()) if (!positions.has(purl)) positions.set(purl, at);
  return packages.map(({ dependsOn }) => {
    if (dependsOn === undefined) return { to: null, dangling: [] };
    const to = dependsOn.flatMap((purl) => positions.get(purl) ?? []);
    return { to: to.toSorted((a, b) => a - b), dangling: dependsOn.filter((purl) => !positions.has(purl)) };
  });
}

/** Positions of the packages that no other one needs: what the image holds for its own sake. */
export function topLevel(edges: readonly PackageEdges[]): readonly number[] {
  const needed = new Set<number>();
  for (const [from, { to }] of edges.entries()) for (const at of to ?? []) if (at !== from) needed.add(at);
  return edges.flatMap((_, at) => (needed.has(at) ? [] : [at]));
}

/** The inventory with some of its packages, and no edge to one that was left out. */
export function selectPackages(
  packages: readonly Package[],
  isKept: (pkg: Package) => boolean,
): readonly Package[] {
  const kept = packages.filter(isKept);
  const purls = new Set(kept.map(({ purl }) => purl));
  return kept.map((pkg) =>
    pkg.dependsOn === undefined
      ? pkg
      : { ...pkg, dependsOn: pkg.dependsOn.filter((purl) => purls.has(purl)) },
  );
}
