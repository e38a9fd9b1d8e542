/**
 * Semantic versions in whose order build metadata counts, as Dart's pub and Julia have it: `1.0.0` < `1.0.0+1` < `1.0.0+2`.
 * Strict: what semver.org does not know as a version is refused.
 */
import SemVer from "semver/classes/semver.js";
import { invalidVersion } from "../error.ts";
import { compareDigits, compareText } from "../shared/digits.ts";
import { versionLengthMax } from "../shared/limits.ts";
import { remember } from "../shared/remember.ts";
import type { VersionScheme } from "../types.ts";

export const semverBuild: VersionScheme = Object.freeze({
  id: "semver-build",
  title: "Semantic versions with builds",
  specs: [
    "https://semver.org/spec/v2.0.0.html",
    "https://dart.dev/tools/pub/versioning",
    "https://docs.julialang.org/en/v1/manual/strings/#man-version-number-literals",
  ],
  version: 1,
  compare,
  isValid,
});

function compare(a: string, b: string): -1 | 0 | 1 {
  const left = read(a);
  const right = read(b);
  return left.compare(right) || compareBuilds(left.build, right.build);
}

/** Identifier by identifier: numbers by value and before words; the shorter of two that begin alike first. */
function compareBuilds(a: readonly string[], b: readonly string[]): -1 | 0 | 1 {
  for (let at = 0; ; at++) {
    const left = a[at];
    const right = b[at];
    if (left === undefined || right === undefined) {
      return left === right ? 0 : left === undefined ? -1 : 1;
    }
    const leftIsNumber = NUMBER.test(left);
    if (leftIsNumber !== NUMBER.test(right)) return leftIsNumber ? -1 : 1;
    const order = leftIsNumber ? compareDigits(left, right) : compareText(left, right);
    if (order !== 0) return order;
  }
}

const NUMBER = /^[0-9]+$/;

function isValid(version: string): boolean {
  try {
    read(version);
    return true;
  } catch {
    // read throws for one reason only.
    return false;
  }
}

const read = remember((version: string): SemVer => {
  if (version.length > versionLengthMax) throw invalidVersion("semver-build", version, "it is too long");
  // The package itself forgives blanks and a `v` at the start.
  if (!/^[0-9]/.test(version) || /\s$/.test(version)) {
    throw invalidVersion("semver-build", version, "it does not start with a number");
  }
  try {
    return new SemVer(version);
  } catch {
    throw invalidVersion("semver-build", version, "it is no semantic version");
  }
});
