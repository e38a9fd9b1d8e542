/** JSON of the view `compare`; shape `compareReport` in `src/api`. */
import type { ComparedSide, FindingChange, PackageChange, PolicyChange } from "../../domain/comparison.ts";
import { storedSizeDelta } from "../../domain/image.ts";
import { packageName } from "../../domain/package-name.ts";
import type { RenderOptions, Report } from "../types.ts";
import { countsDelta } from "./base-advice-view.ts";
import { toSharedView } from "./target-view.ts";
import { toVerdictView } from "./verdict-view.ts";

export function toCompareView(
  {
    comparison,
    filters,
    hidesPolicies,
    hidesUnchanged,
    worse,
    unknown,
  }: Extract<Report, { view: "compare" }>,
  options: RenderOptions,
) {
  const { analysed, baseline, packages, findings, policies, sharedLayerCount } = comparison;
  const of = (kind: PackageChange["kind"]) => packages.filter((change) => change.kind === kind);
  return {
    schema: "urn:plimsoll:report:compare:1" as const,
    tool: { name: "plimsoll" as const, version: options.toolVersion },
    analysed: toSideView(analysed, hidesPolicies),
    baseline: toSideView(baseline, hidesPolicies),
    filters,
    worse,
    unknown,
    delta: {
      counts: countsDelta(analysed.findings, baseline.findings),
      sizeBytes: storedSizeDelta(analysed.analysis.image, baseline.analysis.image),
      packages: analysed.packages.length - baseline.packages.length,
      scorePercent: scoreDelta(analysed, baseline, hidesPolicies),
      sharedLayers: sharedLayerCount,
    },
    packageCounts: {
      added: of("added").length,
      removed: of("removed").length,
      changed: of("changed").length,
      unchanged: of("unchanged").length,
    },
    packages: packages.filter(({ kind }) => !hidesUnchanged || kind !== "unchanged").map(toPackageChange),
    findings:
      findings
        ?.filter(({ kind }) => !hidesUnchanged || kind !== "unchanged")
        .map((change) => toFindingChange(change)) ?? null,
    policies: hidesPolicies ? null : (policies?.map(toPolicyChange) ?? null),
  };
}

function toSideView({ analysis, findings, packages }: ComparedSide, hidesPolicies: boolean) {
  return {
    ...toSharedView(analysis, findings),
    packageCount: packages.length,
    verdict: analysis.verdict === null || hidesPolicies ? null : toVerdictView(analysis.verdict),
  };
}

function scoreDelta(analysed: ComparedSide, baseline: ComparedSide, hidesPolicies: boolean): number | null {
  const now = analysed.analysis.verdict?.score.percent ?? null;
  const before = baseline.analysis.verdict?.score.percent ?? null;
  return hidesPolicies || now === null || before === null ? null : now - before;
}

function toPackageChange({ kind, before, after, direction }: PackageChange) {
  const named = after ?? before;
  return {
    change: kind,
    ecosystem: named?.ecosystem ?? "",
    name: named === null ? "" : packageName(named),
    before: before === null ? null : { version: before.version, purl: before.purl },
    after: after === null ? null : { version: after.version, purl: after.purl },
    direction,
  };
}

function toFindingChange({ kind, finding }: FindingChange) {
  return {
    change: kind,
    vulnerability: finding.vulnerability,
    severity: finding.severity,
    status: finding.status,
    fixedVersion: finding.fixedVersion,
    package: {
      ecosystem: finding.package.ecosystem,
      name: packageName(finding.package),
      version: finding.package.version,
      purl: finding.package.purl,
      layerIndex: finding.package.evidence[0]?.layerIndex ?? null,
    },
    summary: finding.summary,
    url: finding.url,
  };
}

function toPolicyChange({ policy, title, before, after, change }: PolicyChange) {
  const result = (side: PolicyChange["before"]) =>
    side === null ? null : { status: side.status, deviations: side.deviations.length, reason: side.reason };
  return { policy, title, change, before: result(before), after: result(after) };
}
