/**
 * JSON of the view `cves`; shape `cvesReport` in `src/api`.
 */
import type { RenderOptions, Report } from "../types.ts";
import { packageKey } from "../shared/packages.ts";
import { toFindingView, toPackageView } from "./finding-view.ts";
import { toSharedView } from "./target-view.ts";
import { toVerdictView } from "./verdict-view.ts";

export function toCvesView(report: Extract<Report, { view: "cves" }>, options: RenderOptions) {
  const { analysis, findings, filters } = report;
  const withFindings = new Set(findings.map((finding) => packageKey(finding.package)));
  const listed = analysis.sbom.packages.filter(
    (pkg) => !options.onlyVulnPackages || withFindings.has(packageKey(pkg)),
  );
  return {
    schema: "urn:plimsoll:report:cves:1" as const,
    tool: { name: "plimsoll" as const, version: options.toolVersion },
    ...toSharedView(analysis, analysis.findings === null ? null : findings),
    filters,
    hiddenFindingCount: Math.max(0, (analysis.findings?.length ?? findings.length) - findings.length),
    findings: findings.map((finding) => toFindingView(finding, analysis.image)),
    packages: options.onlyPackages ? listed.map((pkg) => toPackageView(pkg, analysis.image)) : null,
    verdict: analysis.verdict === null ? null : toVerdictView(analysis.verdict),
  };
}
