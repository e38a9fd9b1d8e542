/**
 * Ids alone, one a line, each once: `--only-id`. What is suppressed or passed is not among them; what is not known is.
 */
import { printable } from "../../domain/problem.ts";
import { disarmCommands } from "../../domain/runner-commands.ts";
import { flatRows, type FlatReport } from "../shared/flat-rows.ts";
import { listFormat } from "../shared/views.ts";

export const ids = listFormat({ id: "ids", title: "Ids, one a line", specs: [] }, render);

function render(report: FlatReport): string {
  const found = flatRows(report).flatMap(({ kind, id, status }) =>
    kind === "state" || status === "passed" || status === "suppressed" ? [] : [printable(id, 200)],
  );
  return disarmCommands([...new Set(found)].map((id) => `${id}\n`).join(""));
}
