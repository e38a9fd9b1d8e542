/**
 * Comma separated values (RFC 4180, with line feeds), for spreadsheets and audits: one row a finding, check or policy.
 */
import { csvLine, type CsvValue } from "../../domain/csv-line.ts";
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

type Column = readonly [name: string, value: (row: FlatRow) => CsvValue];

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
  const target = flatTarget(report);
  const lines = flatRows(report).map((row) =>
    csvLine([target, ...columns.map(([, value]) => value(row)), environment]),
  );
  const head = ["target", ...columns.map(([name]) => name), "environment"].join(",");
  return disarmCommands(`${[head, ...lines].join("\n")}\n`);
}
