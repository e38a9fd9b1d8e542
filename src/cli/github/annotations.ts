/** What is said at the lines of the Dockerfile: vulnerabilities that they bring in, and what `lint` found. */
import type { CompareReport } from "../../api/compare-report.ts";
import type { LintReport } from "../../api/examination-reports.ts";
import type { CvesReport } from "../../api/reports.ts";
import { severities, type Severity } from "../../domain/advisory.ts";
import { countText } from "../../reports/shared/words.ts";
import { findLayerLines, type LineRange, type ReportLayer } from "./dockerfile-lines.ts";
import type { Annotation } from "./workflow-commands.ts";

/** The Dockerfile as it stands in the repository. */
export interface CheckedOutFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

interface PlacedFinding {
  readonly vulnerability: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly fixedVersion: string | null;
  readonly layerIndex: number | null;
}

/** Of the vulnerabilities that the baseline has not. */
export function annotateComparison(report: CompareReport, file: CheckedOutFile): readonly Annotation[] {
  const added = (report.findings ?? []).filter(
    ({ change, status }) => change === "added" && status === "affected",
  );
  const placed = added.map((finding): PlacedFinding => {
    const { name, version, layerIndex } = finding.package;
    return { ...finding, subject: `${name} ${version}`, layerIndex };
  });
  return annotateLines("new vulnerability", placed, report.analysed.target.layers, file);
}

/** Of all findings that are not suppressed. */
export function annotateFindings(report: CvesReport, file: CheckedOutFile): readonly Annotation[] {
  const open = report.findings.filter(
    ({ status, suppressed, package: pkg }) => status === "affected" && !suppressed && pkg.removedIn === null,
  );
  const placed = open.map((finding): PlacedFinding => {
    const { name, version, locations } = finding.package;
    return { ...finding, subject: `${name} ${version}`, layerIndex: locations[0]?.layerIndex ?? null };
  });
  return annotateLines("vulnerability", placed, report.target.layers, file);
}

export function annotateLint({ file, findings }: LintReport): readonly Annotation[] {
  return findings.map(({ check, severity, line, message }) => {
    return { level: LEVELS[severity], title: check, message, file, line };
  });
}

/** One a line, the worst first; findings whose line is not known are left to the report. */
function annotateLines(
  noun: string,
  findings: readonly PlacedFinding[],
  layers: readonly ReportLayer[],
  { path, text }: CheckedOutFile,
): readonly Annotation[] {
  const lines = findLayerLines(layers, text);
  const byLine = Map.groupBy(findings, ({ layerIndex }) =>
    layerIndex === null ? undefined : lines.get(layerIndex)?.line,
  );
  return [...byLine]
    .flatMap(([line, group]) => {
      const range = [...lines.values()].find((known) => known.line === line);
      return range === undefined ? [] : [annotateLine(noun, group.toSorted(worstFirst), range, path)];
    })
    .toSorted((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level) || (a.line ?? 0) - (b.line ?? 0));
}

function annotateLine(
  noun: string,
  findings: readonly PlacedFinding[],
  { line, endLine }: LineRange,
  path: string,
): Annotation {
  const listed = findings
    .slice(0, LISTED_MAX)
    .map(
      ({ vulnerability, severity, subject, fixedVersion }) =>
        `${vulnerability} (${severity}): ${subject}, ${fixedVersion === null ? "no fix known" : `fixed in ${fixedVersion}`}`,
    );
  const rest = findings.length - listed.length;
  return {
    level: LEVELS[findings[0]?.severity ?? "unspecified"],
    title: `${countText(findings.length, noun)} in what this brings in`,
    message: [...listed, ...(rest === 0 ? [] : [`and ${rest} more`])].join("\n"),
    file: path,
    line,
    endLine,
  };
}

const LISTED_MAX = 5;
const ORDER: readonly Annotation["level"][] = ["error", "warning", "notice"];

/** As in code scanning: what nobody rated is not harmless. */
const LEVELS: Readonly<Record<Severity, Annotation["level"]>> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "notice",
  unspecified: "warning",
};

function worstFirst(a: PlacedFinding, b: PlacedFinding): number {
  return severities.indexOf(a.severity) - severities.indexOf(b.severity);
}
