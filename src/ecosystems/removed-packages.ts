/**
 * Packages that a later layer removed. They are not there to run, but whoever holds the image holds their bytes: a secret or a
 * licence in them was shipped.
 */
import type { Package, Sbom } from "../domain/package.ts";

/** The inventory of the lowest `layerCount` layers. */
export interface InventoryStep {
  readonly layerCount: number;
  readonly sbom: Sbom;
}

/**
 * The inventory of all layers, which is the last of `steps`, with the packages that were in an earlier one and not in the next. `steps`:
 * for every layer that takes something away one with all layers below it, in order. `diffIds`: of all layers, from the bottom.
 */
export function withRemoved(steps: readonly InventoryStep[], diffIds: readonly string[]): Sbom {
  const last = steps.at(-1);
  if (last === undefined) throw new RangeError("there is always the inventory of all layers");
  const present = new Set(last.sbom.packages.map(identityOf));
  const removed = new Map<string, Package>();
  for (const [index, { layerCount, sbom }] of steps.slice(0, -1).entries()) {
    const next = new Set(steps[index + 1]?.sbom.packages.map(identityOf));
    for (const pkg of sbom.packages) {
      const identity = identityOf(pkg);
      if (next.has(identity) || present.has(identity)) continue;
      // Removed twice: the last time counts.
      removed.set(identity, {
        ...pkg,
        removedIn: { layer: diffIds[layerCount] ?? "", layerIndex: layerCount },
      });
    }
  }
  const packages = [...last.sbom.packages, ...removed.values()];
  return { ...last.sbom, packages: packages.sort((a, b) => compare(a.purl, b.purl)) };
}

/** A package in another place is the same package. */
function identityOf({ purl, ownedBy = "" }: Package): string {
  return `${purl} ${ownedBy}`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
