/** JSON of the view `fixes`; shape `fixesReport` in `src/api`. */
import type { PackageFix } from "../../domain/fix-advice.ts";
import { packageName } from "../../domain/package-name.ts";
import { countFindings } from "../shared/counts.ts";
import type { RenderOptions, Report } from "../types.ts";
import { toSharedView } from "./target-view.ts";

export function toFixesView(
  { analysis, fixes, filters }: Extract<Report, { view: "fixes" }>,
  options: RenderOptions,
) {
  return {
    schema: "urn:plimsoll:report:fixes:1" as const,
    tool: { name: "plimsoll" as const, version: options.toolVersion },
    ...toSharedView(analysis, analysis.findings),
    filters,
    after: countFindings(fixes.left),
    introduced: fixes.introduced,
    packages: fixes.packages.map(toPackageFix),
  };
}

function toPackageFix(fix: PackageFix) {
  const { package: pkg, findings, cleared } = fix;
  const gone = new Set(cleared.map(({ vulnerability }) => vulnerability));
  return {
    ecosystem: pkg.ecosystem,
    name: packageName(pkg),
    purl: pkg.purl,
    version: pkg.version,
    path: pkg.evidence[0]?.path ?? null,
    places: fix.places,
    fromBase: fix.fromBase,
    upgradeTo: fix.version,
    step: fix.step,
    command: fix.command,
    findings: findings.map(({ finding, version }) => ({
      vulnerability: finding.vulnerability,
      severity: finding.severity,
      fixedBy: version,
      cleared: gone.has(finding.vulnerability),
    })),
    introduced: fix.introduced,
  };
}
