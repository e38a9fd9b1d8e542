/**
 * Order of two conda versions: epoch, version, local part. What is missing counts as 0; `dev` < other words < numbers < `post`.
 */
import { compareDigits, compareText } from "../shared/digits.ts";
import type { CondaComponent, CondaVersion } from "./version.ts";

export function compareConda(a: CondaVersion, b: CondaVersion): -1 | 0 | 1 {
  return (
    compareDigits(a.epoch, b.epoch) || compareLists(a.version, b.version) || compareLists(a.local, b.local)
  );
}

function compareLists(a: readonly CondaComponent[], b: readonly CondaComponent[]): -1 | 0 | 1 {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const left = a[at] ?? [];
    const right = b[at] ?? [];
    for (let run = 0; run < Math.max(left.length, right.length); run++) {
      const order = compareRuns(left[run] ?? "0", right[run] ?? "0");
      if (order !== 0) return order;
    }
  }
  return 0;
}

function compareRuns(a: string, b: string): -1 | 0 | 1 {
  const rankOrder = rank(a) - rank(b);
  if (rankOrder !== 0) return rankOrder < 0 ? -1 : 1;
  return rank(a) === NUMBER ? compareDigits(a, b) : compareText(a, b);
}

const NUMBER = 3;

function rank(run: string): number {
  if (/^[0-9]/.test(run)) return NUMBER;
  if (run === "dev") return 0;
  if (run === "post") return NUMBER + 1;
  // An underscore at the end comes before every other word.
  return run === "_" ? 1 : 2;
}
