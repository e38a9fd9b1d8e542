/**
 * Comma separated values (RFC 4180, with line feeds), for spreadsheets and audits: one row a finding, check or policy.
 */
import { printable } from "../../domain/problem.ts";
import { disarmCommands } from "../../domain/runner-commands.ts";
import {
  flatRows,
  flatTarget,
  flatViews,
  isFlat,
  type FlatReport,
  type FlatRow,
} from "../shared/flat-rows.ts";
import { webAddress } from "../shared/words.ts";
import type { ReportFormat } from "../types.ts";

export const csv: ReportFormat = Object.freeze({
  id: "csv",
  title: "CSV",
  specs: ["https://www.rfc-editor.org/rfc/rfc4180", "https://owasp.org/www-community/attacks/CSV_Injection"],
  version: 1,
  views: flatViews,
  render: (report) => (isFlat(report) ? render(report) : ""),
} satisfies ReportFormat);

type Column = readonly [name: string, value: (row: FlatRow) => string | number | null];

const columns: readonly Column[] = [
  ["kind", ({ kind }) => kind],
  ["id", ({ id }) => id],
  ["severity", ({ severity }) => severity],
  ["status", ({ status }) => status],
  ["package", (row) => row.package],
  ["version", ({ version }) => version],
  ["fixed_version", ({ fixedVersion }) => fixedVersion],
  ["purl", ({ purl }) => purl],
  ["path", ({ path }) => path],
  ["line", ({ line }) => line],
  ["layer", ({ layerIndex }) => layerIndex],
  ["title", ({ title }) => title],
  ["message", ({ message }) => message],
  ["remediation", ({ remediation }) => remediation],
  ["aliases", ({ finding }) => finding?.aliases.join(" ") ?? null],
  ["severity_source", ({ finding }) => finding?.rating?.source ?? null],
  ["cvss_score", ({ finding }) => finding?.cvss?.score ?? null],
  ["cvss_vector", ({ finding }) => finding?.cvss?.vector ?? null],
  ["epss_score", ({ finding }) => finding?.context.epss?.score ?? null],
  ["epss_percentile", ({ finding }) => finding?.context.epss?.percentile ?? null],
  [
    "known_exploited",
    ({ finding }) => (finding === null ? null : finding.context.kev === null ? "no" : "yes"),
  ],
  ["fix_state", ({ finding }) => finding?.fixState ?? null],
  ["published", ({ finding }) => finding?.publishedAt ?? null],
  ["link", ({ url }) => webAddress(url)],
];

function render(report: FlatReport): string {
  const target = cell(flatTarget(report));
  const lines = flatRows(report).map((row) =>
    [target, ...columns.map(([, value]) => cell(value(row)))].join(","),
  );
  return disarmCommands(`${[["target", ...columns.map(([name]) => name)].join(","), ...lines].join("\n")}\n`);
}

/** Quoted where needed. A spreadsheet runs what begins like a formula, so such text gets an apostrophe before it. */
function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = printable(value, 10_000);
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
