/** Problems of one document's statements: few, and printable whatever the document holds. */
import { printable, type Problem, type ProblemCode } from "../../domain/problem.ts";

const PROBLEMS_MAX = 100;

export interface ProblemList {
  /** `place` as in the document: `statements[3]`. */
  add(code: ProblemCode, place: string, message: string): void;
  /** What was added, and how many more there were. */
  all(): readonly Problem[];
}

/** `where`: the document, for people. */
export function problemList(where: string): ProblemList {
  const problems: Problem[] = [];
  let dropped = 0;
  return {
    add(code, place, message) {
      if (problems.length >= PROBLEMS_MAX) dropped++;
      else {
        const told = `${where}: ${place} ${printable(message)}`;
        problems.push({ code, message: told, path: null, layer: null });
      }
    },
    all() {
      if (dropped === 0) return problems;
      const message = `${where}: ${dropped} more problems in its statements`;
      return [...problems, { code: "VEX_STATEMENT_INVALID", message, path: null, layer: null }];
    },
  };
}
