/**
 * Runs every hygiene check over what is known of an image.
 */
import type { HygieneResult } from "../domain/hygiene.ts";
import { accountChecks, isAccountFile } from "./checks/accounts.ts";
import { buildChecks } from "./checks/build.ts";
import { codeChecks } from "./checks/code.ts";
import { fileChecks } from "./checks/files.ts";
import type { CheckOutcome, HygieneCheck, HygieneFacts } from "./types.ts";

/** All checks, by id. */
export const hygieneChecks: readonly HygieneCheck[] = [
  ...accountChecks,
  ...buildChecks,
  ...codeChecks,
  ...fileChecks,
].sort((a, b) => (a.id < b.id ? -1 : 1));

/** Whose bytes the checks need. Asked of every path: cheap. */
export function wantsHygieneFile(path: string): boolean {
  return isAccountFile(path);
}

/** Findings listed of one check. */
const FINDINGS_MAX = 100;

/** The results of all checks in the order of their ids. Never throws: a check that fails to answer is not checked. */
export function runHygieneChecks(facts: HygieneFacts): readonly HygieneResult[] {
  return hygieneChecks.map((check) => {
    const { id, title, severity, references, fix } = check;
    const outcome = ask(check, facts);
    const findings = outcome.status === "failed" ? outcome.findings : [];
    return {
      check: { id, title, severity, references, fix },
      status: outcome.status,
      reason: outcome.status === "not_checked" ? outcome.reason : null,
      findings: findings.slice(0, FINDINGS_MAX),
      findingCount: findings.length,
    };
  });
}

function ask(check: HygieneCheck, facts: HygieneFacts): CheckOutcome {
  try {
    return check.evaluate(facts);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { status: "not_checked", reason: `the check could not be made: ${reason}` };
  }
}
