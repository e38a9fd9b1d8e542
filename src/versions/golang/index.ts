/**
 * Versions of Go modules, as the go command orders them: semantic versions with a leading `v`, which may be missing here, and
 * with the short forms `v1` and `v1.2`. Pseudo-versions are pre-releases; what follows a `+` (`+incompatible`) does not count.
 *
 * The standard library has the numbers of its toolchain: `1.21rc1`, with or without `go` before it, is `1.21.0-rc.1`.
 */
import { invalidVersion } from "../error.ts";
import { compareDigits, compareText } from "../shared/digits.ts";
import { versionLengthMax } from "../shared/limits.ts";
import { remember } from "../shared/remember.ts";
import type { VersionScheme } from "../types.ts";

export const golang: VersionScheme = Object.freeze({
  id: "golang",
  title: "Versions of Go modules and of Go itself",
  specs: [
    "https://go.dev/ref/mod#versions",
    "https://pkg.go.dev/golang.org/x/mod/semver",
    "https://pkg.go.dev/go/version",
  ],
  version: 1,
  compare,
  isValid,
});

interface GoVersion {
  /** Major, minor and patch as digits. */
  readonly numbers: readonly string[];
  /** Identifiers of the pre-release; null for a release. */
  readonly preRelease: readonly string[] | null;
}

function compare(a: string, b: string): -1 | 0 | 1 {
  const left = read(a);
  const right = read(b);
  for (const [index, number] of left.numbers.entries()) {
    const order = compareDigits(number, right.numbers[index] ?? "0");
    if (order !== 0) return order;
  }
  if (left.preRelease === null || right.preRelease === null) {
    if (left.preRelease === right.preRelease) return 0;
    return left.preRelease === null ? 1 : -1;
  }
  return compareLists(left.preRelease, right.preRelease);
}

function isValid(version: string): boolean {
  try {
    read(version);
    return true;
  } catch {
    // readGoVersion throws for one reason only.
    return false;
  }
}

const read = remember(readGoVersion);

const NUMBER = "(0|[1-9][0-9]*)";
const MODULE = new RegExp(
  `^v?${NUMBER}(?:\\.${NUMBER}(?:\\.${NUMBER}(?:-([0-9A-Za-z.-]+))?(?:\\+([0-9A-Za-z.-]+))?)?)?$`,
);
/** A release has a patch number or is a pre-release, never both. */
const TOOLCHAIN = new RegExp(`^(?:go)?${NUMBER}\\.${NUMBER}(?:\\.${NUMBER}|(alpha|beta|rc)${NUMBER})?$`);

function readGoVersion(version: string): GoVersion {
  if (version.length > versionLengthMax) throw invalidVersion("golang", version, "it is too long");
  const module = MODULE.exec(version);
  if (module !== null) {
    const [, major = "0", minor = "0", patch = "0", preRelease, build] = module;
    if (build?.split(".").includes("") === true)
      throw invalidVersion("golang", version, "a part after + is empty");
    const identifiers = preRelease?.split(".") ?? null;
    if (identifiers?.some((each) => each === "" || /^0[0-9]+$/.test(each)) === true)
      throw invalidVersion("golang", version, "a part of its pre-release is empty or starts with a zero");
    return { numbers: [major, minor, patch], preRelease: identifiers };
  }
  const toolchain = TOOLCHAIN.exec(version);
  if (toolchain === null) throw invalidVersion("golang", version, "it is no version of a module or of Go");
  const [, major = "0", minor = "0", patch = "0", kind, count = "0"] = toolchain;
  return { numbers: [major, minor, patch], preRelease: kind === undefined ? null : [kind, count] };
}

/** Numbers by value and before words, words by their characters; the longer list is newer when the rest is equal. */
function compareLists(a: readonly string[], b: readonly string[]): -1 | 0 | 1 {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    if (left === right) continue;
    const isNumber = DIGITS.test(left);
    if (isNumber !== DIGITS.test(right)) return isNumber ? -1 : 1;
    return isNumber ? compareDigits(left, right) : compareText(left, right);
  }
  return a.length === b.length ? 0 : -1;
}

const DIGITS = /^[0-9]+$/;
