/**
 * One package for each thing that was seen, however often: the same package URL in several places is one package with
 * several pieces of evidence.
 */
import type { Evidence, Package, PackageDigest } from "../domain/package.ts";

/** Sorted by purl, then by first evidence path; evidence sorted by path and unique, licences united. */
export function mergePackages(packages: readonly Package[]): readonly Package[] {
  const groups = new Map<string, Package[]>();
  for (const pkg of packages) {
    const { sourcePackage, ownedBy = "" } = pkg;
    const source = sourcePackage === null ? "" : `${sourcePackage.name} ${sourcePackage.version}`;
    // Owned by the distribution in one place and installed by hand in another: two packages with two fates.
    const key = `${pkg.purl} ${source} ${ownedBy}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [pkg]);
    else group.push(pkg);
  }
  return [...groups.values()].map(unite).sort(byPurlAndPath);
}

function unite(group: readonly Package[]): Package {
  const sorted = group.length === 1 ? group : group.toSorted((a, b) => compare(firstPath(a), firstPath(b)));
  const [first] = sorted;
  if (first === undefined) throw new RangeError("a group of packages is never empty");
  if (sorted.length === 1) return first;
  return {
    ...first,
    licenses: [...new Set(sorted.flatMap((pkg) => pkg.licenses))].sort(),
    author: firstOf(sorted, (pkg) => pkg.author),
    description: firstOf(sorted, (pkg) => pkg.description),
    sizeBytes: firstOf(sorted, (pkg) => pkg.sizeBytes),
    ...united("digests", uniteDigests(sorted)),
    ...united(
      "dependsOn",
      uniteTexts(sorted, (pkg) => pkg.dependsOn),
    ),
    ...united(
      "cpes",
      uniteTexts(sorted, (pkg) => pkg.cpes),
    ),
    evidence: uniqueEvidence(sorted.flatMap((pkg) => pkg.evidence)),
  };
}

/** The field, or nothing where none of the packages has it. */
function united<Key extends string, T>(
  key: Key,
  values: readonly T[],
): { readonly [K in Key]?: readonly T[] } {
  return (values.length === 0 ? {} : { [key]: values }) as { readonly [K in Key]?: readonly T[] };
}

function uniteTexts(
  packages: readonly Package[],
  read: (pkg: Package) => readonly string[] | undefined,
): readonly string[] {
  return [...new Set(packages.flatMap((pkg) => read(pkg) ?? []))].sort();
}

function uniteDigests(packages: readonly Package[]): readonly PackageDigest[] {
  const all = packages.flatMap((pkg) => pkg.digests ?? []);
  return [...new Map(all.map((digest) => [`${digest.algorithm} ${digest.value}`, digest])).entries()]
    .sort(([a], [b]) => compare(a, b))
    .map(([, digest]) => digest);
}

function uniqueEvidence(evidence: readonly Evidence[]): readonly Evidence[] {
  return [...new Map(evidence.map((seen) => [`${seen.path}\n${seen.layer ?? ""}`, seen])).values()].sort(
    (a, b) => compare(a.path, b.path),
  );
}

function firstOf<T>(packages: readonly Package[], read: (pkg: Package) => T | null): T | null {
  return packages.map(read).find((value) => value !== null) ?? null;
}

function byPurlAndPath(a: Package, b: Package): number {
  return compare(a.purl, b.purl) || compare(firstPath(a), firstPath(b));
}

function firstPath(pkg: Package): string {
  return pkg.evidence[0]?.path ?? "";
}

/** By code units, which no locale changes. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
