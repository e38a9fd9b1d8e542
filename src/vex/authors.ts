/**
 * Whose statements count (`--vex-author`).
 */
import { printable } from "../domain/problem.ts";
import { VexError } from "./error.ts";

/** Longest pattern, longest author that is looked at (characters), and most patterns. */
const PATTERN_LENGTH_MAX = 200;
const AUTHOR_LENGTH_MAX = 200;
const PATTERNS_MAX = 100;

/**
 * A test of authors: true when any of the regular expressions is found in the name, e.g. `<.*@example\.com>` in
 * `Example Security <vex@example.com>`. The patterns come from the person who runs the program, the authors do not:
 * of a long author only the first 200 characters are looked at, and a pattern that repeats a group which itself
 * repeats, or refers back, is refused, because it can take exponential time.
 * @throws VexError USAGE for a pattern that is too long, refused, or no regular expression
 */
export function authorMatcher(patterns: readonly string[]): (author: string) => boolean {
  if (patterns.length > PATTERNS_MAX)
    throw new VexError("USAGE", `at most ${PATTERNS_MAX} author patterns are read`);
  const expressions = patterns.map(compile);
  return (author) => expressions.some((expression) => expression.test(author.slice(0, AUTHOR_LENGTH_MAX)));
}

function compile(pattern: string): RegExp {
  const shown = printable(pattern);
  if (pattern.length > PATTERN_LENGTH_MAX) {
    throw new VexError(
      "USAGE",
      `the author pattern ${shown} is longer than ${PATTERN_LENGTH_MAX} characters`,
    );
  }
  if (mayExplode(pattern)) {
    throw new VexError(
      "USAGE",
      `the author pattern ${shown} repeats a repetition or refers back; write it simpler`,
    );
  }
  try {
    return new RegExp(pattern);
  } catch (cause) {
    throw new VexError("USAGE", `the author pattern ${shown} is not a regular expression`, { cause });
  }
}

/** True for a repeated group that holds a repetition or a choice, and for back references. One walk over the pattern. */
function mayExplode(pattern: string): boolean {
  const open: boolean[] = [];
  let inClass = false;
  for (let index = 0; index < pattern.length; index++) {
    const char = pattern.charAt(index);
    if (char === "\\") {
      index++;
      if (/[1-9k]/.test(pattern.charAt(index))) return true;
    } else if (inClass) inClass = char !== "]";
    else if (char === "[") inClass = true;
    else if (char === "(") open.push(false);
    else if (char === ")") {
      const isRisky = open.pop() ?? false;
      const next = pattern.charAt(index + 1);
      if (isRisky && (next === "*" || next === "+" || next === "{")) return true;
      if (isRisky && open.length > 0) open[open.length - 1] = true;
    } else if ("*+{|".includes(char) && open.length > 0) open[open.length - 1] = true;
  }
  return false;
}
