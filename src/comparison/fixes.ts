/**
 * The smallest upgrades that clear what can be cleared. Every version that an advisory names as a fix is tried: what mends one vulnerability
 * may have another one that came later.
 */
import { severities } from "../domain/advisory.ts";
import type { VersionOrder } from "../domain/comparison.ts";
import type { FindingFix, FixAdvice, PackageFix, TriedVersion } from "../domain/fix-advice.ts";
import type { Package } from "../domain/package.ts";
import { packageName } from "../domain/package-name.ts";
import type { FindingFacts } from "../domain/policy.ts";
import { isCounted } from "./open-findings.ts";
import { upgradeCommand, upgradeStep } from "./upgrade.ts";

/** Each try is matched with all advisories of its package. */
const TRIES_MAX = 40;

export interface VersionsToTry {
  readonly package: Package;
  readonly versions: readonly string[];
}

/** Versions that advisories of the open findings name as fixes, above the package's own, the smallest first. */
export function versionsToTry(
  findings: readonly FindingFacts[],
  order: VersionOrder,
): readonly VersionsToTry[] {
  return [...groups(findings)].map(([, group]) => {
    const [first] = group;
    const named = group.flatMap(({ evidence, fixedVersion }) => [
      ...(fixedVersion === null ? [] : [fixedVersion]),
      ...evidence.flatMap(({ advisory }) => advisory.ranges.flatMap(({ fixed }) => fixed ?? [])),
    ]);
    const versions = [...new Set(named)]
      .filter((version) => order(first.package, ownVersion(first), version) === -1)
      .toSorted((a, b) => order(first.package, a, b) ?? 0);
    return { package: first.package, versions: versions.slice(0, TRIES_MAX) };
  });
}

/** In the terms of the advisories: of the source package, where they speak of that. */
function ownVersion({ evidence, package: pkg }: FindingFacts): string {
  return evidence[0]?.key.version ?? pkg.version;
}

type Group = readonly [FindingFacts, ...FindingFacts[]];

/** By package and version. */
function groups(findings: readonly FindingFacts[]): ReadonlyMap<string, Group> {
  const found = new Map<string, [FindingFacts, ...FindingFacts[]]>();
  for (const finding of findings.filter(isCounted)) {
    const key = keyOf(finding.package);
    const group = found.get(key);
    if (group === undefined) found.set(key, [finding]);
    else group.push(finding);
  }
  return found;
}

function keyOf(pkg: Package): string {
  return `${pkg.ecosystem}\n${packageName(pkg)}\n${pkg.version}`;
}

export interface FixInput {
  /** Of the image, suppressed ones included. */
  readonly findings: readonly FindingFacts[];
  /** What was tried, by package in the order of `versionsToTry`. */
  readonly tried: readonly Pick<TriedVersion, "package" | "version" | "left">[];
  /** Layers of the base; null: not known. */
  readonly layerCount: number | null;
}

export function adviseFixes({ findings, tried, layerCount }: FixInput): FixAdvice {
  const suppressed = new Set(
    findings
      .filter((finding) => !isCounted(finding))
      .map((finding) => `${keyOf(finding.package)}\n${finding.vulnerability}`),
  );
  const byPackage = Map.groupBy(tried, ({ package: pkg }) => keyOf(pkg));
  const packages = [...groups(findings)].map(([key, group]) => {
    const answers = (byPackage.get(key) ?? []).map(({ version, left }) => ({
      version,
      left: new Set([...left].filter((id) => !suppressed.has(`${key}\n${id}`))),
    }));
    return fixOf(group, answers, layerCount);
  });
  const open = findings.filter(isCounted);
  const cleared = new Set(packages.flatMap((fix) => fix.cleared));
  return {
    packages: packages.toSorted(gravestFirst),
    open,
    left: open.filter((finding) => !cleared.has(finding)),
    introduced: [...new Set(packages.flatMap(({ introduced }) => introduced))].toSorted(),
  };
}

interface Answer {
  readonly version: string;
  readonly left: ReadonlySet<string>;
}

function fixOf(group: Group, answers: readonly Answer[], layerCount: number | null): PackageFix {
  const [first] = group;
  const places = new Map(group.map((finding) => [finding.package.evidence[0]?.path ?? "", finding.package]));
  const findings = uniqueIds(group).map((finding): FindingFix => {
    const answer = answers.find(({ left }) => !left.has(finding.vulnerability));
    return { finding, version: answer?.version ?? null };
  });
  const had = new Set(group.map(({ vulnerability }) => vulnerability));
  // Among equals the smallest: they come in that order.
  const best = answers.reduce<Answer | null>(
    (found, answer) => (found === null || answer.left.size < found.left.size ? answer : found),
    null,
  );
  const isBetter = best !== null && [...had].some((id) => !best.left.has(id));
  const chosen = isBetter ? best : null;
  const isCleared = ({ vulnerability }: FindingFacts): boolean =>
    chosen !== null && !chosen.left.has(vulnerability);
  return {
    package: first.package,
    places: places.size,
    fromBase: layerCount === null ? null : isFromBase(first.package, layerCount),
    findings,
    version: chosen?.version ?? null,
    step: chosen === null ? null : upgradeStep(first.package, ownVersion(first), chosen.version),
    cleared: group.filter(isCleared),
    left: group.filter((finding) => !isCleared(finding)),
    introduced: chosen === null ? [] : [...chosen.left].filter((id) => !had.has(id)).toSorted(),
    command: chosen === null ? null : upgradeCommand(first.package, chosen.version),
  };
}

function uniqueIds(group: Group): readonly FindingFacts[] {
  return [...new Map(group.map((finding) => [finding.vulnerability, finding])).values()];
}

function isFromBase({ evidence }: Package, layerCount: number): boolean {
  return evidence.some(({ layerIndex }) => layerIndex !== null && layerIndex < layerCount);
}

function gravestFirst(a: PackageFix, b: PackageFix): number {
  if ((a.version === null) !== (b.version === null)) return a.version === null ? 1 : -1;
  return worst(a) - worst(b) || (a.package.purl < b.package.purl ? -1 : 1);
}

function worst({ findings }: PackageFix): number {
  return Math.min(...findings.map(({ finding }) => severities.indexOf(finding.severity)));
}
