/** Which packages of an image a vulnerability database calls attacks by themselves. */
import type { MaliciousPackages } from "../domain/hygiene.ts";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import { isIncomplete } from "../domain/problem.ts";
import type { OpenedImage } from "../image/types.ts";
import { takeInventory } from "./inventory.ts";
import { gatherAndMatch, matchSubjects } from "./match-packages.ts";
import type { InventoryOptions } from "./options.ts";
import { startStopwatch } from "./stopwatch.ts";

/** Name spaces in which malicious packages are published and recorded; distributions have no such records. */
const RECORDED: ReadonlySet<string> = new Set([
  "npm",
  "pypi",
  "gem",
  "cargo",
  "golang",
  "nuget",
  "composer",
  "maven",
]);

/** @throws what taking the inventory throws; PlimsollError DATABASE_INVALID */
export async function findMalicious(
  opened: OpenedImage,
  database: AdvisoryDatabase,
  options: InventoryOptions,
): Promise<MaliciousPackages> {
  const { sbom } = await takeInventory(opened, options, startStopwatch(options.monotonicMs));
  const subjects = matchSubjects(sbom.packages, sbom.distro, sbom.stages);
  const { findings } = gatherAndMatch(subjects, database, { watch: null, severitySources: [] });
  const known = new Set(database.status.spaces);
  const unknown = new Set<string>();
  for (const { package: pkg, keys, owner } of subjects) {
    // Nobody publishes into the repositories of a distribution but itself.
    if (!RECORDED.has(pkg.ecosystem) || keys.length === 0 || owner !== undefined) continue;
    if (!keys.some(({ space }) => known.has(space))) unknown.add(pkg.ecosystem);
  }
  const malicious = findings.filter(({ kind }) => kind === "malicious");
  const open = malicious.filter(({ state }) => state === "undetermined");
  return {
    hits: malicious
      .filter(({ state }) => state === "affected")
      .map(({ package: pkg, vulnerability }) => ({
        purl: pkg.purl,
        vulnerability,
        path: pkg.evidence[0]?.path ?? null,
        layerIndex: pkg.evidence[0]?.layerIndex ?? null,
      })),
    leftOut: [
      ...[...unknown].sort().map((name) => `the database has nothing about packages of ${name}`),
      ...open.map(({ package: pkg }) => `nobody can tell whether this version counts: ${pkg.purl}`),
      ...(sbom.problems.some(isIncomplete) ? ["packages may be missing from the inventory"] : []),
    ],
  };
}
