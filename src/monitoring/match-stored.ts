/**
 * Matching of stored packages: from match keys and an open database to findings in the form in which they are kept. What comes out
 * depends on match key and database alone, so it is the same whichever image a package was first seen in.
 */
import type { Finding } from "../domain/finding.ts";
import type { Distro, Package } from "../domain/package.ts";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import { packageOfMatchKey } from "../analysis/match-key.ts";
import { matchPackages } from "../analysis/match-packages.ts";
import type { PackageFindings } from "../store/stores/findings.ts";
import type { StoredFinding } from "../store/schema.ts";

export type KeyFindings = Omit<PackageFindings, "packageId">;

/** What the database says of each match key. @throws PlimsollError DATABASE_INVALID when a damaged block is met */
export function matchKeys(
  keys: readonly string[],
  database: AdvisoryDatabase,
): ReadonlyMap<string, KeyFindings> {
  const found = new Map<string, KeyFindings>();
  for (const { distro, packages, identities } of byDistro(keys)) {
    const { packages: matches } = matchPackages(packages, distro, database);
    for (const [index, { keys, findings, advisoryDigest }] of matches.entries()) {
      const identity = identities[index];
      if (identity !== undefined)
        found.set(identity, { keys, advisoryDigest, findings: findings.map(toStored) });
    }
  }
  return found;
}

interface DistroGroup {
  readonly distro: Distro | null;
  readonly packages: Package[];
  readonly identities: string[];
}

/** Matching takes the distro for all of its packages at once. */
function byDistro(keys: readonly string[]): Iterable<DistroGroup> {
  const groups = new Map<string, DistroGroup>();
  for (const identity of new Set(keys)) {
    const { package: pkg, distro } = packageOfMatchKey(identity);
    const id = JSON.stringify(distro);
    const group = groups.get(id) ?? { distro, packages: [], identities: [] };
    groups.set(id, group);
    group.packages.push(pkg);
    group.identities.push(identity);
  }
  return groups.values();
}

/** The package stands in another table, and each image has its own. */
function toStored(finding: Finding): StoredFinding {
  const { package: pkg, ...stored } = finding;
  void pkg;
  return stored;
}
