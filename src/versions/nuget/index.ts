/**
 * Versions of .NET packages, as NuGet orders them: semantic versions with a fourth number, of which all but the first may be
 * missing. Labels are compared without regard to case; what stands behind `+` does not count.
 */
import { compareDigits, compareText } from "../shared/digits.ts";
import { invalidVersion, type VersionError } from "../error.ts";
import { versionLengthMax } from "../shared/limits.ts";
import { remember } from "../shared/remember.ts";
import type { VersionScheme } from "../types.ts";

export const nuget: VersionScheme = Object.freeze({
  id: "nuget",
  title: "NuGet versions",
  specs: [
    "https://learn.microsoft.com/nuget/concepts/package-versioning",
    "https://github.com/NuGet/NuGet.Client/tree/dev/src/NuGet.Core/NuGet.Versioning",
  ],
  version: 1,
  compare: (a: string, b: string) => compareVersions(read(a), read(b)),
  isValid,
});

function isValid(version: string): boolean {
  try {
    read(version);
    return true;
  } catch {
    // readNugetVersion throws for one reason only.
    return false;
  }
}

interface NugetVersion {
  /** Always four. */
  readonly numbers: readonly string[];
  /** Lower case; none for a release. */
  readonly labels: readonly string[];
}

const read = remember(readNugetVersion);

function readNugetVersion(version: string): NugetVersion {
  if (version.length > versionLengthMax) throw refuse(version, "it is too long");
  const plus = version.indexOf("+");
  if (
    plus !== -1 &&
    !version
      .slice(plus + 1)
      .split(".")
      .every(isLabel)
  )
    throw refuse(
      version,
      "a part behind the plus is empty or has other characters than letters, digits and -",
    );
  const text = plus === -1 ? version : version.slice(0, plus);
  const hyphen = text.indexOf("-");
  const labels = hyphen === -1 ? [] : text.slice(hyphen + 1).split(".");
  if (!labels.every((label) => isLabel(label) && !/^0[0-9]+$/.test(label)))
    throw refuse(
      version,
      "a label is empty, starts with a needless zero, or has a character it may not have",
    );
  const numbers = (hyphen === -1 ? text : text.slice(0, hyphen)).split(".");
  if (numbers.length > 4 || !numbers.every(isNumber))
    throw refuse(version, "it does not start with one to four numbers below 2147483648");
  while (numbers.length < 4) numbers.push("0");
  return { numbers, labels: labels.map((label) => label.toLowerCase()) };
}

function refuse(version: string, why: string): VersionError {
  return invalidVersion("nuget", version, why);
}

function isLabel(text: string): boolean {
  return /^[0-9A-Za-z-]+$/.test(text);
}

/** A number that 32 bits with a sign hold. */
function isNumber(text: string): boolean {
  return /^[0-9]+$/.test(text) && compareDigits(text, "2147483647") <= 0;
}

function compareVersions(a: NugetVersion, b: NugetVersion): -1 | 0 | 1 {
  for (let index = 0; index < 4; index += 1) {
    const order = compareDigits(a.numbers[index] ?? "", b.numbers[index] ?? "");
    if (order !== 0) return order;
  }
  if (a.labels.length === 0 || b.labels.length === 0) {
    if (a.labels.length === b.labels.length) return 0;
    return a.labels.length === 0 ? 1 : -1;
  }
  const length = Math.max(a.labels.length, b.labels.length);
  for (let index = 0; index < length; index += 1) {
    const order = compareLabels(a.labels[index], b.labels[index]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Numbers by value and before words; fewer labels before more. */
function compareLabels(a: string | undefined, b: string | undefined): -1 | 0 | 1 {
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const left = labelNumber(a);
  const right = labelNumber(b);
  if (left !== null && right !== null) return left === right ? 0 : left < right ? -1 : 1;
  if (left !== null || right !== null) return left !== null ? -1 : 1;
  return compareText(a, b);
}

/** A label as a number of 32 bits, by NuGet's reading: a hyphen in front makes it negative. Null: it is a word. */
function labelNumber(label: string): number | null {
  const number = /^-?[0-9]+$/.test(label) ? Number(label) : Number.NaN;
  return number >= -2_147_483_648 && number <= 2_147_483_647 ? number : null;
}
