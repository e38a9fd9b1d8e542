/**
 * GitLab's container scanning report, as pipelines hand it in under `artifacts:reports:container_scanning`.
 * A finding that a statement, an exception or a later layer took out is not in it, because GitLab would count it as open; how many
 * there are is told in the messages of the scan, with all that is to be known before believing it.
 */
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import { isRemoved } from "../../domain/removed.ts";
import { findStates } from "../shared/states.ts";
import { countText } from "../shared/words.ts";
import type { RenderOptions, Report, ReportFormat } from "../types.ts";
import { toVulnerabilities } from "./vulnerability.ts";

export const gitlab: ReportFormat = Object.freeze({
  id: "gitlab",
  title: "GitLab container scanning report",
  specs: [
    "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/blob/v15.2.1/dist/container-scanning-report-format.json",
    "https://docs.gitlab.com/development/integrations/secure/",
  ],
  version: 1,
  views: ["cves"] as const,
  render: (report, options) => (report.view === "cves" ? jsonText(toReport(report, options)) : ""),
} satisfies ReportFormat);

const SCHEMA_VERSION = "15.2.1";

function toReport(report: Extract<Report, { view: "cves" }>, options: RenderOptions): object {
  const { analysis, findings } = report;
  const open = findings.filter((finding) => !finding.suppressed && !isRemoved(finding));
  const tool = {
    id: "plimsoll",
    name: "Plimsoll",
    vendor: { name: "Plimsoll" },
    version: options.toolVersion,
  };
  const time = timeOf(report, options);
  return {
    version: SCHEMA_VERSION,
    scan: {
      analyzer: tool,
      scanner: tool,
      type: "container_scanning",
      start_time: time,
      end_time: time,
      status: analysis.findings === null ? "failure" : "success",
      messages: messagesOf(report, findings.length - open.length),
    },
    vulnerabilities: toVulnerabilities(open, analysis),
  };
}

/** `2026-11-21T08:30:00`, in UTC, without a letter for it. */
function timeOf({ analysis }: Extract<Report, { view: "cves" }>, { now }: RenderOptions): string {
  const known = now?.toISOString() ?? analysis.database?.updatedAt ?? "";
  const instant = new Date(Number.isNaN(Date.parse(known)) ? 0 : known);
  return instant.toISOString().slice(0, 19);
}

function messagesOf(
  { analysis, findings, filters }: Extract<Report, { view: "cves" }>,
  suppressedCount: number,
): readonly object[] {
  const states = findStates(analysis, analysis.findings === null ? null : findings);
  const hidden = (analysis.findings?.length ?? findings.length) - findings.length;
  return [
    ...states.map(({ label, message, details }) =>
      messageOf("warn", [`${label}: ${message}`, ...details].join(" ")),
    ),
    ...(filters.length === 0
      ? []
      : [messageOf("warn", `Filters: ${filters.join("; ")}. Not listed: ${countText(hidden, "finding")}.`)]),
    ...(suppressedCount === 0
      ? []
      : [
          messageOf(
            "info",
            `Suppressed or removed, and not listed: ${countText(suppressedCount, "finding")}.`,
          ),
        ]),
  ];
}

function messageOf(level: "info" | "warn", text: string): object {
  return { level, value: printable(text, 2000) };
}
