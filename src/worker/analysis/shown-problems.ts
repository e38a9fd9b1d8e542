/** Which problems of an image stand in its row: pages read them there, and its document holds all of them. */
import { isIncomplete, type Problem } from "../../domain/problem.ts";

/** Of one image. */
export const PROBLEMS_MAX = 500;

/** The gravest first, so that none of them is among those that are cut; those of one rank in their order. */
export function shownProblems(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => rank(a) - rank(b)).slice(0, PROBLEMS_MAX);
}

/** A missing package database is a state of its own, which is told by its problem. */
function rank(problem: Problem): number {
  if (problem.code === "NO_PACKAGE_DATABASE") return 0;
  return isIncomplete(problem) ? 1 : 2;
}
