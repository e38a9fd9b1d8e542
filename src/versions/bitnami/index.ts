/**
 * Versions of Bitnami's components: `major.minor.patch-revision`, where the revision counts the packagings of one upstream
 * version and so comes after the version without one: `1.2.3` < `1.2.3-0` < `1.2.3-1` < `1.2.4`.
 *
 * Accepted is what Bitnami's go-version reads as a version or as a bound of a range: there, a `v` at the start, missing parts (zero)
 * and leading zeros (`2023.03.13` of minio) may stand. Builds (`+…`) do not count, nor does a revision with a wildcard in it (`-x`).
 * The tool reads numbers of 64 bits; here they have no end.
 */
import { invalidVersion } from "../error.ts";
import { compareDigits, compareText } from "../shared/digits.ts";
import { versionLengthMax } from "../shared/limits.ts";
import { remember } from "../shared/remember.ts";
import type { VersionScheme } from "../types.ts";

export const bitnami: VersionScheme = Object.freeze({
  id: "bitnami",
  title: "Versions of Bitnami components",
  specs: [
    "https://github.com/bitnami/go-version",
    "https://github.com/package-url/purl-spec/blob/main/types-doc/bitnami-definition.md",
  ],
  version: 1,
  compare,
  isValid: (version: string) => version.length <= versionLengthMax && VERSION.test(version),
  isPackagingOf,
});

interface BitnamiVersion {
  /** Major, minor and patch as decimal digits. */
  readonly numbers: readonly string[];
  /** Identifiers of the revision; empty: none. */
  readonly revision: readonly string[];
}

const VERSION =
  /^v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

const read = remember((version: string): BitnamiVersion => {
  if (version.length > versionLengthMax) throw invalidVersion("bitnami", version, "it is too long");
  const found = VERSION.exec(version);
  if (found === null) throw invalidVersion("bitnami", version, "it is not major.minor.patch-revision");
  const [, major = "0", minor = "0", patch = "0", written = ""] = found;
  const revision = written === "" ? [] : written.split(".");
  return { numbers: [major, minor, patch], revision: revision.some(isWildcard) ? [] : revision };
});

function isWildcard(identifier: string): boolean {
  return identifier === "x" || identifier === "X";
}

function compare(a: string, b: string): -1 | 0 | 1 {
  const left = read(a);
  const right = read(b);
  for (const [at, number] of left.numbers.entries()) {
    const order = compareDigits(number, right.numbers[at] ?? "0");
    if (order !== 0) return order;
  }
  return compareRevisions(left.revision, right.revision);
}

/**
 * Advisories name a revision only where it matters: one that ends at `5.16.0` would hold no package at all without this, as each
 * has a revision. go-version says that it does not hold them.
 */
function isPackagingOf(version: string, bound: string): boolean {
  const left = read(version);
  const right = read(bound);
  const isSame = left.numbers.every((number, at) => compareDigits(number, right.numbers[at] ?? "0") === 0);
  return isSame && right.revision.length === 0 && left.revision.length > 0;
}

/** Identifier by identifier: numbers by value and before words; the shorter of two that begin alike first, none before any. */
function compareRevisions(a: readonly string[], b: readonly string[]): -1 | 0 | 1 {
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
