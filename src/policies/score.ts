/**
 * Step 8: points. A policy that is met gives its weight; one that is not met or has no data gives nothing and stays in
 * the total, so that an unanswered question never looks like a good answer.
 */
import type { Grade, PolicyResult, Score } from "../domain/policy.ts";

/** Lower bounds in percent, exclusive: exactly 90 is a B. Compared as whole numbers, so nothing is rounded up. */
const bounds: readonly (readonly [number, Grade])[] = [
  [90, "A"],
  [70, "B"],
  [50, "C"],
  [30, "D"],
  [10, "E"],
];

/**
 * The score of the results. Weight 0 is not scored. There is no grade when nothing is scored, or when the caller says
 * why there cannot be one (`notApplicable`, e.g. `nothing could be analysed`).
 */
export function scoreResults(results: readonly PolicyResult[], notApplicable: string | null = null): Score {
  const total = results.reduce((sum, { weight }) => sum + weight, 0);
  const scored = results.reduce((sum, { weight, lost }) => sum + weight - lost, 0);
  const reason = notApplicable ?? reasonWithout(results, total);
  if (reason !== null) return { grade: null, percent: null, scored, total, reason };
  const grade = bounds.find(([bound]) => scored * 100 > bound * total)?.[1] ?? "F";
  return { grade, percent: Math.floor((scored * 100) / total), scored, total, reason: null };
}

function reasonWithout(results: readonly PolicyResult[], total: number): string | null {
  if (results.length === 0) return "no policy was evaluated";
  return total === 0 ? "no policy has a weight" : null;
}
