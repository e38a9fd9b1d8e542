/**
 * Ids alone, one a line, each once: `--only-id`. What is suppressed or passed is not among them; what is not known is.
 */
import { printable } from "../../domain/problem.ts";
import { disarmCommands } from "../../domain/runner-commands.ts";
import { flatRows, flatViews, isFlat } from "../shared/flat-rows.ts";
import type { Report, ReportFormat } from "../types.ts";

export const ids: ReportFormat = Object.freeze({
  id: "ids",
  title: "Ids, one a line",
  specs: [],
  version: 1,
  views: flatViews,
  render: (report) => render(report),
} satisfies ReportFormat);

function render(report: Report): string {
  if (!isFlat(report)) return "";
  const found = flatRows(report).flatMap(({ kind, id, status }) =>
    kind === "state" || status === "passed" || status === "suppressed" ? [] : [printable(id, 200)],
  );
  return disarmCommands([...new Set(found)].map((id) => `${id}\n`).join(""));
}
