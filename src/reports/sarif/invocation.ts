/**
 * The invocation: states and problems of the analysis as notifications of the tool.
 */
import type { Analysis } from "../../domain/analysis.ts";
import { isIncomplete, printable } from "../../domain/problem.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import { allProblems, findStates, problemText } from "../shared/states.ts";

/** States that mean that the analysis did not do what it was asked. */
const FAILED = new Set(["incomplete", "not-judged"]);

export function toInvocation(analysis: Analysis, findings: readonly FindingFacts[]): object {
  const states = findStates(analysis, analysis.findings === null ? null : findings);
  return {
    executionSuccessful: !states.some(({ id }) => FAILED.has(id)),
    toolExecutionNotifications: [
      ...states.map(({ id, label, message, details }) =>
        notification(
          id,
          FAILED.has(id) ? "error" : "warning",
          [`${label}: ${message}`, ...(id === "incomplete" ? [] : details)].join(" "),
        ),
      ),
      ...allProblems(analysis).map((problem) =>
        notification(problem.code, isIncomplete(problem) ? "error" : "note", problemText(problem)),
      ),
    ],
  };
}

function notification(id: string, level: "error" | "warning" | "note", text: string): object {
  return { descriptor: { id }, level, message: { text: printable(text, 2000) } };
}
