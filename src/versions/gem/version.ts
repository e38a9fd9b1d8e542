/**
 * The segments of a gem's version: runs of digits and of letters. `1.0.0.rc1` has 1, `rc`, 1: zeros before the first word and
 * at the end say nothing. A word comes before a number, so that `1.0.rc1` < `1.0`; a hyphen reads as `.pre.`.
 */
import { invalidVersion } from "../error.ts";
import { compareDigits, compareText } from "../shared/digits.ts";
import { versionLengthMax } from "../shared/limits.ts";

/** Digits or letters, in order, without the zeros that say nothing. */
export type GemVersion = readonly string[];

/** Takes a version apart. @throws VersionError VERSION_INVALID when RubyGems would call it malformed */
export function readGemVersion(version: string): GemVersion {
  if (version.length > versionLengthMax) throw invalidVersion("gem", version, "it is too long");
  const text = version.replace(WHITE_AROUND, "");
  // RubyGems reads nothing as version 0; here nothing means that the version is not known.
  if (!VALID.test(text)) {
    throw invalidVersion("gem", version, "it is not numbers and words parted by dots");
  }
  const segments = text.replaceAll("-", ".pre.").match(SEGMENT) ?? [];
  const firstWord = segments.findIndex((segment) => !isNumber(segment));
  const numbers = firstWord === -1 ? segments : segments.slice(0, firstWord);
  const rest = firstWord === -1 ? [] : segments.slice(firstWord);
  return [...withoutZerosAtEnd(numbers), ...withoutZerosAtEnd(rest)];
}

// What Ruby's \s stands for.
const WHITE_AROUND = /^[ \t\r\n\f\v]+|[ \t\r\n\f\v]+$/g;
const VALID = /^[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;
const SEGMENT = /[0-9]+|[a-zA-Z]+/g;

function withoutZerosAtEnd(segments: readonly string[]): readonly string[] {
  return segments.slice(0, segments.findLastIndex((segment) => !ZERO.test(segment)) + 1);
}

const ZERO = /^0+$/;

export function compareSegments(a: GemVersion, b: GemVersion): -1 | 0 | 1 {
  const length = Math.max(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a[at] ?? "0";
    const right = b[at] ?? "0";
    const leftIsNumber = isNumber(left);
    if (leftIsNumber !== isNumber(right)) return leftIsNumber ? 1 : -1;
    const order = leftIsNumber ? compareDigits(left, right) : compareText(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

function isNumber(segment: string): boolean {
  return segment.charCodeAt(0) <= NINE;
}

const NINE = 0x39;
