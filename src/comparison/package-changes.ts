/** The packages of two images, version by version. */
import type { PackageChange, VersionOrder } from "../domain/comparison.ts";
import type { Package } from "../domain/package.ts";
import { packageName } from "../domain/package-name.ts";

/**
 * A version that both have is unchanged; of the others, the first of one image is held against the first of the other, as an image may have
 * several versions of one package; what is left over was added or removed. Places make no difference.
 */
export function comparePackages(
  before: readonly Package[],
  after: readonly Package[],
  order: VersionOrder,
): readonly PackageChange[] {
  const old = byName(before);
  const now = byName(after);
  const names = [...new Set([...old.keys(), ...now.keys()])].toSorted();
  return names.flatMap((name) => compareVersions(old.get(name) ?? [], now.get(name) ?? [], order));
}

/** Keyed by ecosystem and name, of each version the first place. */
function byName(packages: readonly Package[]): ReadonlyMap<string, readonly Package[]> {
  const names = new Map<string, Map<string, Package>>();
  for (const pkg of packages) {
    const key = `${pkg.ecosystem}\n${packageName(pkg)}`;
    const versions = names.get(key) ?? new Map<string, Package>();
    if (!versions.has(pkg.version)) versions.set(pkg.version, pkg);
    names.set(key, versions);
  }
  return new Map([...names].map(([key, versions]) => [key, [...versions.values()]]));
}

function compareVersions(
  before: readonly Package[],
  after: readonly Package[],
  order: VersionOrder,
): readonly PackageChange[] {
  const had = new Set(before.map(({ version }) => version));
  const has = new Set(after.map(({ version }) => version));
  const changes: PackageChange[] = after
    .filter(({ version }) => had.has(version))
    .map((pkg) => {
      const old = before.find(({ version }) => version === pkg.version) ?? pkg;
      return { kind: "unchanged", before: old, after: pkg, direction: null };
    });
  const gone = sorted(
    before.filter(({ version }) => !has.has(version)),
    order,
  );
  const come = sorted(
    after.filter(({ version }) => !had.has(version)),
    order,
  );
  for (let index = 0; index < Math.max(gone.length, come.length); index += 1) {
    changes.push(toChange(gone[index] ?? null, come[index] ?? null, order));
  }
  return changes;
}

function toChange(before: Package | null, after: Package | null, order: VersionOrder): PackageChange {
  if (before === null || after === null)
    return { kind: before === null ? "added" : "removed", before, after, direction: null };
  const answer = order(after, before.version, after.version);
  const direction = answer === null ? "unknown" : answer < 0 ? "newer" : answer > 0 ? "older" : "same";
  return { kind: "changed", before, after, direction };
}

/** Versions that cannot be compared are sorted as text, so that the same images give the same answer. */
function sorted(packages: readonly Package[], order: VersionOrder): readonly Package[] {
  return packages.toSorted((a, b) => order(a, a.version, b.version) ?? (a.version < b.version ? -1 : 1));
}
