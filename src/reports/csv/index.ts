/**
 * Comma separated values (RFC 4180, with line feeds), for spreadsheets and audits: one row a finding, check or policy.
 */
import { printable } from "../../domain/problem.ts";
import { disarmCommands } from "../../domain/runner-commands.ts";
import { flatRows, flatTarget, type FlatReport, type FlatRow } from "../shared/flat-rows.ts";
import { webAddress } from "../shared/words.ts";
import { listFormat } from "../shared/views.ts";
import type { RenderOptions } from "../types.ts";

export const csv = listFormat(
  {
    id: "csv",
    title: "CSV",
    specs: [
      "https://www.rfc-editor.org/rfc/rfc4180",
      "https://owasp.org/www-community/attacks/CSV_Injection",
    ],
  },
  render,
);

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

/** The environment stands in every row, so that the lists of several can be put together. */
function render(report: FlatReport, { environment = "" }: RenderOptions): string {
  const [target, last] = [cell(flatTarget(report)), cell(environment)];
  const lines = flatRows(report).map((row) =>
    [target, ...columns.map(([, value]) => cell(value(row))), last].join(","),
  );
  const head = ["target", ...columns.map(([name]) => name), "environment"].join(",");
  return disarmCommands(`${[head, ...lines].join("\n")}\n`);
}

/** Quoted where needed. A spreadsheet runs what begins like a formula, so such text gets an apostrophe before it. */
function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = printable(value, 10_000);
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
