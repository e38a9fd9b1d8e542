/**
 * Sets of versions as intervals, for feeds that write what is affected, or what is not, as constraints (`~> 2.3.18`, `>=2.0,<2.1`).
 * Ends are versions of one scheme; the order comes from the caller.
 */
import type { AffectedRange } from "../../domain/advisory.ts";
import { compareVersions } from "./versions.ts";

/** A place between versions: just before one, or just behind it. */
export interface Cut {
  readonly version: string;
  readonly side: "before" | "behind";
}

/** From one place to another; null is the end of all versions on that side. */
export interface Interval {
  readonly low: Cut | null;
  readonly high: Cut | null;
}

export const everything: Interval = { low: null, high: null };

/** `<`, `<=`, `>`, `>=`, `=` (also `==`) as an interval; null for another operator. */
export function intervalOf(operator: string, version: string): Interval | null {
  const before: Cut = { version, side: "before" };
  const behind: Cut = { version, side: "behind" };
  switch (operator) {
    case "<":
      return { low: null, high: before };
    case "<=":
      return { low: null, high: behind };
    case ">":
      return { low: behind, high: null };
    case ">=":
      return { low: before, high: null };
    case "=":
    case "==":
      return { low: before, high: behind };
    default:
      return null;
  }
}

/** Sets in the order of one scheme. Every version handed in must be valid in it. */
export interface IntervalSets {
  readonly isValid: (version: string) => boolean;
  /** What all of them hold; null when that is nothing. */
  readonly intersect: (intervals: readonly Interval[]) => Interval | null;
  /** Sorted, and those that touch or overlap joined. */
  readonly unite: (intervals: readonly Interval[]) => Interval[];
  /** What is in none of them, sorted. */
  readonly complement: (intervals: readonly Interval[]) => Interval[];
  /** What is in one of `from` and in none of `without`, sorted. */
  readonly subtract: (from: readonly Interval[], without: readonly Interval[]) => Interval[];
}

export function intervalSets(scheme: string): IntervalSets {
  const compare = (a: Cut, b: Cut): number => {
    const order = a.version === b.version ? 0 : (compareVersions(scheme, a.version, b.version) ?? 0);
    return order === 0 ? sideOrder(a) - sideOrder(b) : order;
  };
  const compareLows = (a: Cut | null, b: Cut | null): number => {
    if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
    return compare(a, b);
  };
  const compareHighs = (a: Cut | null, b: Cut | null): number => {
    if (a === null || b === null) return (b === null ? 0 : 1) - (a === null ? 0 : 1);
    return compare(a, b);
  };
  const isEmpty = ({ low, high }: Interval): boolean =>
    low !== null && high !== null && compare(low, high) >= 0;

  const intersect = (intervals: readonly Interval[]): Interval | null => {
    const found = intervals.reduce(
      (all, each) => ({
        low: compareLows(each.low, all.low) > 0 ? each.low : all.low,
        high: compareHighs(each.high, all.high) < 0 ? each.high : all.high,
      }),
      everything,
    );
    return isEmpty(found) ? null : found;
  };
  const unite = (intervals: readonly Interval[]): Interval[] => {
    const sorted = intervals.filter((each) => !isEmpty(each)).sort((a, b) => compareLows(a.low, b.low));
    const united: Interval[] = [];
    for (const each of sorted) {
      const last = united.at(-1);
      const touches =
        last !== undefined && (last.high === null || each.low === null || compare(each.low, last.high) <= 0);
      if (last === undefined || !touches) united.push(each);
      else if (compareHighs(each.high, last.high) > 0)
        united[united.length - 1] = { low: last.low, high: each.high };
    }
    return united;
  };
  const complement = (intervals: readonly Interval[]): Interval[] => {
    const gaps: Interval[] = [];
    let low: Cut | null = null;
    for (const each of unite(intervals)) {
      if (each.low !== null) gaps.push({ low, high: each.low });
      if (each.high === null) return gaps;
      low = each.high;
    }
    return [...gaps, { low, high: null }];
  };
  const subtract = (from: readonly Interval[], without: readonly Interval[]): Interval[] => {
    const rest = complement(without);
    return unite(from.flatMap((each) => rest.flatMap((other) => intersect([each, other]) ?? [])));
  };
  const isValid = (version: string): boolean => compareVersions(scheme, version, version) !== null;
  return { isValid, intersect, unite, complement, subtract };
}

/**
 * Intervals as ranges of an advisory. A range begins with a version, so one that begins just behind a version begins with
 * `next` of it: the smallest version that anybody would publish.
 */
export function toRanges(
  scheme: string,
  intervals: readonly Interval[],
  next: (version: string) => string,
): AffectedRange[] {
  return intervals.map(({ low, high }) => ({
    scheme,
    introduced: low === null ? "0" : low.side === "before" ? low.version : next(low.version),
    fixed: high?.side === "before" ? high.version : null,
    lastAffected: high?.side === "behind" ? high.version : null,
  }));
}

function sideOrder({ side }: Cut): number {
  return side === "before" ? 0 : 1;
}
