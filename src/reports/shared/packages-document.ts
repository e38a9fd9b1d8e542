/**
 * The view `cves` as a list of packages (`only-packages`): every package, or those with findings, with its counts.
 */
import { packageName } from "../../domain/package-name.ts";
import type { RenderOptions, Report } from "../types.ts";
import { plain, toned, type Block, type Span } from "./blocks.ts";
import { countFindings, severityLine } from "./counts.ts";
import { filterRows } from "./cves-document.ts";
import { overviewRows, stateBlocks } from "./overview.ts";
import { groupByPackage, packageKey } from "./packages.ts";
import { findStates } from "./states.ts";

type CvesReport = Extract<Report, { view: "cves" }>;

export function packagesDocument(report: CvesReport, options: RenderOptions): readonly Block[] {
  const { analysis, findings } = report;
  const shown = analysis.findings === null ? null : findings;
  const groups = new Map(
    groupByPackage(findings, options).map((group) => [packageKey(group.package), group]),
  );
  const packages = analysis.sbom.packages.filter(
    (pkg) => !options.onlyVulnPackages || groups.has(packageKey(pkg)),
  );
  const rows = packages.map((pkg): readonly Span[] => {
    const numbers = countFindings(groups.get(packageKey(pkg))?.findings ?? []);
    const beside = numbers.undetermined > 0 ? ` +${numbers.undetermined} undetermined` : "";
    const gone = pkg.removedIn === undefined ? "" : ` (removed by layer ${pkg.removedIn.layerIndex})`;
    const line = `${analysis.findings === null ? "not judged" : `${severityLine(numbers)}${beside}`}${gone}`;
    return [
      plain(packageName(pkg)),
      plain(pkg.version),
      plain(pkg.ecosystem),
      numbers.total > 0 ? toned(line, "bad") : toned(line, "dim"),
    ];
  });
  return [
    { kind: "facts", rows: [...overviewRows(analysis, shown), ...filterRows(report)] },
    ...stateBlocks(findStates(analysis, shown)),
    { kind: "table", head: ["Name", "Version", "Type", "Vulnerabilities"], rows },
  ];
}
