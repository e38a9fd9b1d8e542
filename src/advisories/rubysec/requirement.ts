/**
 * `Gem::Requirement`: constraints that must all hold, separated by commas (`~> 2.3.18, != 2.3.20`).
 * https://docs.ruby-lang.org/en/master/Gem/Requirement.html
 */
import { intervalOf, type Interval, type IntervalSets } from "../shared/intervals.ts";

/** What the requirement holds; null when it cannot be read. `!=` is not understood, and stands in no advisory so far. */
export function readRequirement(text: string, sets: IntervalSets): Interval | null {
  const parts: Interval[] = [];
  for (const constraint of text.slice(0, 500).split(",")) {
    const [, operator = "", version = ""] =
      /^\s*([<>=~!]{0,2})\s*([0-9][0-9A-Za-z.-]{0,100})\s*$/.exec(constraint) ?? [];
    if (version === "" || !sets.isValid(version)) return null;
    const part =
      operator === "~>" ? approximately(version) : intervalOf(operator === "" ? "=" : operator, version);
    if (part === null) return null;
    parts.push(part);
  }
  return sets.intersect(parts);
}

/**
 * `~> 2.3.18`: from 2.3.18 on, with the last number free to grow. The end is 2.4 with all its pre-releases, which begin with
 * `2.4.a` as Bundler and RubyGems write it.
 */
function approximately(version: string): Interval {
  const numbers = /^\d+(?:\.\d+)*/.exec(version)?.[0].split(".") ?? [];
  const kept = numbers.length > 1 ? numbers.slice(0, -1) : numbers;
  const last = BigInt(kept.at(-1) ?? "0") + 1n;
  const end = [...kept.slice(0, -1), last.toString(), "a"].join(".");
  return { low: { version, side: "before" }, high: { version: end, side: "before" } };
}
