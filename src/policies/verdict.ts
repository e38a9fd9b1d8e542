/**
 * Verdicts: all results of one image with their score, and the worst of several platforms.
 */
import type { PolicyResult, PolicyStatus, Verdict } from "../domain/policy.ts";
import { scoreResults } from "./score.ts";

/**
 * `not_met` if any result is; else `no_data` if any is, or if there are none; else `met`.
 * `notApplicable` says why there can be no score, or is null.
 */
export function judge(results: readonly PolicyResult[], notApplicable: string | null = null): Verdict {
  return { status: statusOf(results), results, score: scoreResults(results, notApplicable) };
}

function statusOf(results: readonly PolicyResult[]): PolicyStatus {
  if (results.some(({ status }) => status === "not_met")) return "not_met";
  if (results.length === 0 || results.some(({ status }) => status === "no_data")) return "no_data";
  return "met";
}

/**
 * The verdict of an index: that of its worst platform. A platform that could not be judged is given as null and is
 * `no_data`. Among equals the lower share of points is worse, then the earlier one.
 */
export function worstVerdict(verdicts: readonly (Verdict | null)[]): Verdict {
  const missing = judge([], "a platform of the index could not be judged");
  const [first = missing, ...others] = verdicts.map((verdict) => verdict ?? missing);
  return others.reduce((worst, verdict) => (isWorse(verdict, worst) ? verdict : worst), first);
}

const ranks: Readonly<Record<PolicyStatus, number>> = { met: 0, no_data: 1, not_met: 2 };

function isWorse(left: Verdict, right: Verdict): boolean {
  if (left.status !== right.status) return ranks[left.status] > ranks[right.status];
  // Cross-multiplied, so that 0 of 0 (no score) is neither better nor worse by points.
  return left.score.scored * right.score.total < right.score.scored * left.score.total;
}
