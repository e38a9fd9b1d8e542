/** JSON of the view `outdated`; shape `outdatedReport` in `src/api`. */
import { packageName } from "../../domain/package-name.ts";
import type { RenderOptions, Report } from "../types.ts";
import { toSharedView } from "./target-view.ts";

export function toOutdatedView(
  { analysis, packages, currentCount }: Extract<Report, { view: "outdated" }>,
  options: RenderOptions,
) {
  const countOf = (wanted: string): number => packages.filter(({ status }) => status === wanted).length;
  return {
    schema: "urn:plimsoll:report:outdated:1" as const,
    tool: { name: "plimsoll" as const, version: options.toolVersion },
    ...toSharedView(analysis, analysis.findings),
    outdatedCount: countOf("outdated"),
    currentCount,
    noDataCount: countOf("no_data"),
    packages: packages.map(({ package: pkg, status, newest, step, from, reason }) => ({
      ecosystem: pkg.ecosystem,
      name: packageName(pkg),
      purl: pkg.purl,
      version: pkg.version,
      status,
      newest: newest?.version ?? null,
      releasedAt: newest?.releasedAt ?? null,
      deprecated: newest?.deprecated ?? null,
      step,
      from,
      reason,
    })),
  };
}
