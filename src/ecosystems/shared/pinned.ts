/**
 * What lock files have in common: a list of packages with exact versions, what each needs, and complaints about entries.
 */
import type { Package, PackageDigest } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { sortedDigests } from "./digests.ts";

export interface PinnedPackage {
  /** As the lock file writes it, the scope included: `@types/node`. */
  readonly name: string;
  readonly version: string;
  /** Licence field of the entry, or null. */
  readonly license: string | null;
  /** Of the artefacts that the entry names: one for npm, one for each file of a release for PyPI. */
  readonly digests?: readonly PackageDigest[];
  /** How `needs` of other entries call this one; absent: nothing needs it. Several entries may have one id. */
  readonly id?: string;
  /** Ids of entries that it needs at run time. Ids that no entry has are left out: they are not packages. */
  readonly needs?: readonly string[];
  /** Where its source was taken from, when not from a registry: `git+https://host/u/r.git@commit`. */
  readonly vcsUrl?: string | null;
}

export interface LockReading {
  readonly pinned: readonly PinnedPackage[];
  /** About entries or the whole file; texts go through `printable` later. */
  readonly complaints: readonly LockComplaint[];
}

export interface LockComplaint {
  readonly code: Extract<Problem["code"], "RECORD_INVALID" | "PARSE_FAILED" | "DEPENDENCY_UNPINNED">;
  readonly message: string;
}

export function recordInvalid(entry: string, reason: string): LockComplaint {
  return { code: "RECORD_INVALID", message: `the entry ${entry.slice(0, 200)} ${reason}` };
}

export function parseFailed(reason: string): LockReading {
  return { pinned: [], complaints: [{ code: "PARSE_FAILED", message: reason }] };
}

/**
 * The packages of one lock file, each purl once, with the digests and edges of all entries of it. Ids that several purls have
 * (one for each platform) point to all of them.
 */
export function linkPinned(
  pinned: readonly PinnedPackage[],
  toPackage: (entry: PinnedPackage) => Package,
): readonly Package[] {
  const groups = new Map<string, Group>();
  const purlsById = new Map<string, string[]>();
  for (const entry of pinned) {
    const pkg = toPackage(entry);
    let group = groups.get(pkg.purl);
    if (group === undefined) groups.set(pkg.purl, (group = { pkg, entries: [], licenses: new Set() }));
    group.entries.push(entry);
    for (const license of pkg.licenses) group.licenses.add(license);
    if (entry.id !== undefined) addPurl(purlsById, entry.id, pkg.purl);
  }
  return [...groups.values()].map(({ pkg, entries, licenses }) => {
    const digests = sortedDigests(entries.flatMap((entry) => entry.digests ?? []));
    const needs = new Set(entries.flatMap((entry) => entry.needs ?? []));
    const purls = new Set([...needs].flatMap((id) => purlsById.get(id) ?? []));
    purls.delete(pkg.purl);
    return {
      ...pkg,
      licenses: [...licenses].sort(),
      ...(digests.length === 0 ? {} : { digests }),
      ...(purls.size === 0 ? {} : { dependsOn: [...purls].sort() }),
    };
  });
}

/** Entries of one purl. */
interface Group {
  readonly pkg: Package;
  readonly entries: PinnedPackage[];
  readonly licenses: Set<string>;
}

function addPurl(purlsById: Map<string, string[]>, id: string, purl: string): void {
  const purls = purlsById.get(id);
  if (purls === undefined) purlsById.set(id, [purl]);
  // A hostile file could give one id to every entry; real ones have one entry a platform.
  else if (purls.length < purlsPerIdMax && !purls.includes(purl)) purls.push(purl);
}

const purlsPerIdMax = 20;
