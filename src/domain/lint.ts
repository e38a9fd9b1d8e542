/** Result of checking a Dockerfile before the build. */
import type { HygieneCheckFacts, HygieneFinding } from "./hygiene.ts";

export interface LintFinding extends HygieneFinding {
  readonly check: HygieneCheckFacts;
}

export interface LintResult {
  /** The file as the user named it. */
  readonly file: string;
  /** Sorted by line, then by check. */
  readonly findings: readonly LintFinding[];
  /** Checks that were made, passed ones included, by id. */
  readonly checks: readonly HygieneCheckFacts[];
}
