/** What advisories would say of packages in other versions. */
import type { TriedVersion } from "../domain/fix-advice.ts";
import type { Distro, Package } from "../domain/package.ts";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import { gatherAndMatch, matchSubjects } from "./match-packages.ts";

/**
 * Matches each package in each of its versions, in one batch. A version is one of the source package where advisories speak of that; the
 * package is then taken to be built from it. @throws PlimsollError DATABASE_INVALID
 */
export function tryVersions(
  wanted: readonly { readonly package: Package; readonly versions: readonly string[] }[],
  distro: Distro | null,
  database: AdvisoryDatabase,
): readonly TriedVersion[] {
  const tries = wanted.flatMap(({ package: pkg, versions }) =>
    versions.map((version) => ({ package: pkg, version, as: inVersion(pkg, version) })),
  );
  const subjects = matchSubjects(
    tries.map((each) => each.as),
    distro,
  );
  const { findings } = gatherAndMatch(subjects, database, { watch: null, severitySources: [] });
  const byPackage = Map.groupBy(findings, (finding) => finding.package);
  return tries.map(({ package: pkg, version, as }) => ({
    package: pkg,
    version,
    left: new Set((byPackage.get(as) ?? []).map(({ vulnerability }) => vulnerability)),
    as,
    found: byPackage.get(as) ?? [],
  }));
}

function inVersion(pkg: Package, version: string): Package {
  const { sourcePackage } = pkg;
  const purl = pkg.purl.replace(`@${encodeURIComponent(pkg.version)}`, `@${encodeURIComponent(version)}`);
  return {
    ...pkg,
    version,
    purl,
    sourcePackage: sourcePackage === null ? null : { ...sourcePackage, version },
  };
}
