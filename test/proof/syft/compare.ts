/** Compares the inventory of one image as Plimsoll and Syft see it, package by package. */
import type { Package } from "../../../src/domain/package.ts";

/** What is used of an artifact in Syft's own JSON. */
export interface SyftArtifact {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly locations: readonly { readonly path: string }[];
}

/**
 * One line, as the written list matches it: `syft only pkg:npm/bin@1.0.0 /usr/share/…`, `plimsoll only …`,
 * `name pkg:… <Syft's> <Plimsoll's>`, `version …`, `qualifiers <Syft's purl> <Plimsoll's purl>`.
 */
export type Difference = string;

export interface Comparison {
  /** Distinct package URLs without qualifiers and subpath. */
  readonly syft: number;
  readonly plimsoll: number;
  readonly both: number;
  readonly differences: readonly Difference[];
}

export function compareInventories(
  artifacts: readonly SyftArtifact[],
  packages: readonly Package[],
): Comparison {
  const theirs = Map.groupBy(
    artifacts,
    (artifact) => bare(artifact.purl) || `${artifact.type}:${artifact.name}@${artifact.version}`,
  );
  const ours = Map.groupBy(packages, (pkg) => bare(pkg.purl));
  const differences: Difference[] = [];
  let both = 0;
  for (const [key, found] of theirs) {
    const same = ours.get(key);
    if (same === undefined) {
      const paths = found.flatMap(({ locations }) => locations.slice(0, 1).map(({ path }) => path));
      differences.push(`syft only ${key} ${paths.join(" ")}`);
      continue;
    }
    both += 1;
    differences.push(...found.flatMap((artifact) => compareFields(artifact, same)));
  }
  for (const [key, found] of ours) {
    if (theirs.has(key)) continue;
    const paths = found.flatMap(({ evidence }) => evidence.slice(0, 1).map(({ path }) => `/${path}`));
    differences.push(`plimsoll only ${key} ${paths.join(" ")}`);
  }
  const distinct = [...new Set(differences)].sort();
  return { syft: theirs.size, plimsoll: ours.size, both, differences: distinct };
}

function compareFields(artifact: SyftArtifact, same: readonly Package[]): Difference[] {
  const differences: Difference[] = [];
  const names = same.flatMap((pkg) => [pkg.name, `${pkg.namespace}/${pkg.name}`]);
  if (!names.includes(artifact.name))
    differences.push(`name ${artifact.purl} ${artifact.name} ${same[0]?.name}`);
  if (!same.some(({ version }) => version === artifact.version))
    differences.push(`version ${artifact.purl} ${artifact.version} ${same[0]?.version}`);
  if (!same.some(({ purl }) => purl === artifact.purl))
    differences.push(`qualifiers ${artifact.purl} ${same.map(({ purl }) => purl).join(" ")}`);
  return differences;
}

/** Without qualifiers and subpath. */
function bare(purl: string): string {
  return purl.replace(/[?#].*$/, "");
}
