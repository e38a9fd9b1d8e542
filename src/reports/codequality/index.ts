/**
 * GitLab's code quality report (Code Climate's issues): findings beside the lines of a merge request.
 */
import { createHash } from "node:crypto";
import type { Severity } from "../../domain/advisory.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import { flatRows, flatTarget, type FlatReport, type FlatRow } from "../shared/flat-rows.ts";
import { listFormat } from "../shared/views.ts";

export const codequality = listFormat(
  {
    id: "gitlab-codequality",
    title: "GitLab code quality report",
    specs: ["https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format"],
  },
  (report) => jsonText(toIssues(report)),
);

const levels: Readonly<Record<Severity, string>> = {
  critical: "blocker",
  high: "critical",
  medium: "major",
  low: "minor",
  unspecified: "info",
};

function toIssues(report: FlatReport): readonly object[] {
  const target = flatTarget(report);
  const seen = new Map<string, number>();
  return flatRows(report)
    .filter(({ status }) => status === "failed" || status === "unknown")
    .map((row) => {
      const identity = JSON.stringify([
        row.kind,
        row.id,
        row.package,
        row.purl === "" ? row.message : "",
        row.path,
      ]);
      const nth = seen.get(identity) ?? 0;
      seen.set(identity, nth + 1);
      return {
        description: descriptionOf(row),
        check_name: printable(row.id, 200),
        fingerprint: createHash("sha256")
          .update(nth === 0 ? identity : `${identity} ${nth}`)
          .digest("hex"),
        severity: row.status === "unknown" ? "info" : levels[row.severity ?? "medium"],
        location: { path: pathOf(row, target), lines: { begin: Math.max(1, row.line ?? 1) } },
      };
    });
}

function descriptionOf({ title, message, remediation, status }: FlatRow): string {
  const head = status === "unknown" ? `${title}: not known` : title;
  const said = message === title ? "" : message;
  const gap = said === "" || remediation === "" ? "" : /[.!?]$/.test(said) ? " " : ". ";
  const rest = `${said}${gap}${remediation}`;
  return printable(rest === "" ? head : `${head}: ${rest}`, 1000);
}

/** Relative, as GitLab wants it; of what has no path the image stands there. */
function pathOf({ path }: FlatRow, target: string): string {
  const relative = path.replace(/^(?:\.?\/)+/, "");
  return printable(relative === "" ? target : relative, 1000);
}
