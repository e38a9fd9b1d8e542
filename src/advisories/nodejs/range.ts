/**
 * Version ranges as npm writes them (https://github.com/npm/node-semver#ranges), reduced to what the working group's advisories use:
 * `8.x || ^7.1.0 || >=6.0.0 <6.2.0 || <= 10`. Sets are separated by `||`; within one all constraints must hold.
 */
import { intervalOf, type Interval, type IntervalSets } from "../shared/intervals.ts";

/** The sets as intervals; null when one cannot be read. Nothing written means no versions. */
export function readNpmRange(text: string, sets: IntervalSets): Interval[] | null {
  if (text.trim() === "") return [];
  const intervals: Interval[] = [];
  for (const set of text.slice(0, rangeLengthMax).split("||")) {
    const parts = readSet(set);
    if (parts === null) return null;
    const all = sets.intersect(parts);
    if (all !== null) intervals.push(all);
  }
  return intervals;
}

const rangeLengthMax = 4_000;

function readSet(set: string): Interval[] | null {
  // An operator may stand apart from its version.
  const words = set
    .trim()
    .replace(/([<>=^~])\s{1,10}/g, "$1")
    .split(/\s+/);
  const parts: Interval[] = [];
  for (const word of words) {
    const [, operator = "", version = "", prerelease = ""] =
      /^([<>=^~]{0,2})v?((?:\d{1,9}|[xX*])(?:\.(?:\d{1,9}|[xX*])){0,2})(-[\w.-]{1,60})?$/.exec(word) ?? [];
    const part = version === "" ? null : readConstraint(operator, version, prerelease);
    if (part === null) return null;
    parts.push(part);
  }
  return parts;
}

/** `8`, `8.x` and `8.1.x` stand for all versions that begin so. */
function readConstraint(operator: string, version: string, prerelease: string): Interval | null {
  const numbers: number[] = [];
  for (const part of version.split(".")) {
    if (!/^\d/.test(part)) break;
    numbers.push(Number(part));
  }
  const isWhole = numbers.length === 3;
  if (prerelease !== "" && !isWhole) return null;
  const first = fill(numbers) + prerelease;
  const next = numbers.length === 0 ? null : isWhole ? null : fill(increased(numbers, numbers.length - 1));
  switch (operator) {
    case "":
    case "=":
      return isWhole ? intervalOf("=", first) : between(numbers.length === 0 ? null : first, next);
    case "^": {
      const at = numbers.findIndex((each) => each > 0);
      return between(first, fill(increased(numbers, at === -1 ? numbers.length - 1 : at)));
    }
    case "~":
      return between(first, fill(increased(numbers, Math.min(1, numbers.length - 1))));
    case "<=":
      return next === null ? intervalOf("<=", first) : between(null, next);
    case ">":
      return next === null ? intervalOf(">", first) : between(next, null);
    default:
      return intervalOf(operator, first);
  }
}

function between(low: string | null, high: string | null): Interval {
  return {
    low: low === null ? null : { version: low, side: "before" },
    high: high === null ? null : { version: high, side: "before" },
  };
}

function increased(numbers: readonly number[], at: number): number[] {
  return numbers.slice(0, at + 1).map((each, index) => (index === at ? each + 1 : each));
}

function fill(numbers: readonly number[]): string {
  return [...numbers, 0, 0, 0].slice(0, 3).join(".");
}
