/**
 * Whether a provenance predicate was made in BuildKit's max mode
 * (https://docs.docker.com/build/metadata/attestations/slsa-definitions/).
 *
 * Max mode is told by what only it writes: the build steps (`buildConfig.llbDefinition`) or the map from steps to the
 * Dockerfile (`source.infos`, `source.locations`). Build arguments, `layers`, `vcs` and `completeness` are no proof: min
 * mode writes a part of them. Where the two stand:
 *
 * | | SLSA v0.2 | SLSA v1 |
 * |---|---|---|
 * | steps | `buildConfig` | `buildDefinition.internalParameters.buildConfig`, in early versions `externalParameters` |
 * | map | `metadata["https://mobyproject.org/buildkit@v1#metadata"].source` | `runDetails.metadata.buildkit_metadata.source`, in early versions under the v0.2 name |
 *
 * Provenance of other builders has neither and is not max mode.
 */

/** True when the predicate holds what only max mode records. */
export function isMaxMode(predicate: unknown): boolean {
  const steps = stepPaths.map((path) => at(predicate, path));
  const maps = mapPaths.map((path) => at(predicate, path));
  return (
    steps.some(isFilled) ||
    maps.some((map) => isFilled(at(map, ["infos"])) || isFilled(at(map, ["locations"])))
  );
}

const METADATA = "https://mobyproject.org/buildkit@v1#metadata";

const stepPaths: readonly (readonly string[])[] = [
  ["buildConfig", "llbDefinition"],
  ["buildDefinition", "internalParameters", "buildConfig", "llbDefinition"],
  ["buildDefinition", "externalParameters", "buildConfig", "llbDefinition"],
];

const mapPaths: readonly (readonly string[])[] = [
  ["metadata", METADATA, "source"],
  ["runDetails", "metadata", "buildkit_metadata", "source"],
  ["runDetails", "metadata", METADATA, "source"],
];

function at(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}

function isFilled(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}
