/**
 * Which problems of an inventory the image alone has made, so that they are the same the next time and the inventory may be
 * kept with them. The others (a limit of time or memory, a blob or file that could not be read) may not be there again.
 */
import { isIncomplete, type Problem, type ProblemCode } from "../domain/problem.ts";

/** Codes that hide packages and rest on verified bytes and on the readers. */
const LASTING: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  "TAR_INVALID",
  "PARSE_FAILED",
  "RECORD_INVALID",
  "DEPENDENCY_UNPINNED",
  "NO_PACKAGE_DATABASE",
  "NOTHING_FOUND",
]);

/** True when another reading of the same bytes by the same readers has the problem too. */
export function isLasting(problem: Problem): boolean {
  if (!isIncomplete(problem)) return true;
  // Without a file it is a reader that broke off, maybe for want of memory.
  if (problem.code === "PARSE_FAILED") return problem.path !== null;
  return LASTING.has(problem.code);
}
