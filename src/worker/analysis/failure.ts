/** What a failed analysis is told as, and whether another try may help. */
import { PlimsollError } from "../../domain/error.ts";
import type { ErrorCode } from "../../domain/error-codes.ts";
import { NOT_ALLOWED } from "../../io/connect-rules.ts";
import { printable } from "../../domain/problem.ts";

export interface AnalysisFailure {
  readonly code: ErrorCode;
  /** For people, without control characters and secrets. */
  readonly message: string;
  /** Another try may help: a registry that does not answer, a database that was restarted. */
  readonly mayPass: boolean;
}

/** `error`: whatever was thrown. Words that are not ours are left to the log. */
export function failureOf(error: unknown): AnalysisFailure {
  if (error instanceof PlimsollError) {
    const message = printable(error.message, MESSAGE_LENGTH_MAX);
    return { code: error.code, message, mayPass: PASSING.includes(error.code) && !isClosed(error) };
  }
  // Not a word of ours, so it is not shown: it could hold text of the image or of the database.
  return { code: "INTERNAL", message: "The analysis broke off; the worker's log says why.", mayPass: true };
}

/** What the operator closes stays so. */
function isClosed(error: unknown): boolean {
  for (let step = error; step instanceof Error; step = step.cause)
    if (step instanceof PlimsollError && step.details["reason"] === NOT_ALLOWED) return true;
  return false;
}

const MESSAGE_LENGTH_MAX = 1000;

const PASSING: readonly ErrorCode[] = [
  "REGISTRY_UNREACHABLE",
  "REGISTRY_RATE_LIMITED",
  "HTTP_FAILED",
  "STORE_UNREACHABLE",
];
