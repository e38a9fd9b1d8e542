/** Which annotations a run makes, of all that its results could say. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { CliContext } from "../context.ts";
import { annotateComparison, annotateFindings, annotateLint, type CheckedOutFile } from "./annotations.ts";
import type { CommandResult } from "./command-result.ts";
import type { Inputs } from "./inputs.ts";
import type { Annotation } from "./workflow-commands.ts";

/** GitHub shows ten of each level a step. */
const ANNOTATIONS_MAX = 10;

/** Why commands failed, then what lines of the Dockerfile bring in. */
export function annotationsOf(
  context: CliContext,
  inputs: Inputs,
  results: readonly CommandResult[],
): readonly Annotation[] {
  const failures = results.flatMap(({ command, reasons }) =>
    reasons.map((message): Annotation => {
      return { level: "error", title: `plimsoll ${command}`, message, file: null, line: null };
    }),
  );
  const file = checkedOut(context, inputs);
  const comparison = results.find(({ report }) => report?.view === "compare")?.report;
  const placed = results.flatMap(({ report }) => {
    if (report?.view === "lint") return annotateLint(report.report);
    if (file === null) return [];
    if (report?.view === "compare") return annotateComparison(report.report, file);
    // What a change brings in says more than all that is there.
    if (report?.view === "cves" && comparison === undefined) return annotateFindings(report.report, file);
    return [];
  });
  const byLevel = Map.groupBy([...failures, ...placed], ({ level }) => level);
  return [...byLevel.values()].flatMap((group) => group.slice(0, ANNOTATIONS_MAX));
}

/** As of `plimsoll lint`. */
const DOCKERFILE_BYTES_MAX = 4 * 1024 * 1024;

function checkedOut({ cwd }: CliContext, inputs: Inputs): CheckedOutFile | null {
  const path = inputs.text("dockerfile");
  const file = resolve(cwd, path);
  if (path === "" || !existsSync(file)) return null;
  const found = statSync(file);
  if (!found.isFile() || found.size > DOCKERFILE_BYTES_MAX) return null;
  return { path, text: readFileSync(file, "utf8") };
}
