/**
 * Version ranges as CSAF and CycloneDX write them: `vers:npm/>=1.0.0|<1.2.5|3.1.0`
 * (https://github.com/package-url/vers-spec). The order is the ecosystem's own.
 */
import { PlimsollError } from "../../domain/error.ts";
import { findVersionScheme } from "../../versions/schemes.ts";
import type { VersionScheme } from "../../versions/types.ts";

/** Longest range, and most constraints in it. */
const RANGE_LENGTH_MAX = 2000;
const CONSTRAINTS_MAX = 100;

interface Constraint {
  readonly comparator: "=" | "!=" | "<" | "<=" | ">" | ">=";
  readonly version: string;
}

/** Whether the text looks like a range, whatever it holds. */
export function isVersRange(text: string): boolean {
  return /^vers:[a-z0-9.+-]{1,40}\//i.test(text);
}

/** The range of exactly one version: `vers:npm/1.2.3`. */
export function exactRange(type: string, version: string): string {
  return `vers:${type}/${encodeURIComponent(version.toWellFormed())}`;
}

/** Whether the range is `vers:npm/*`, which names no version. */
export function isEveryVersion(range: string): boolean {
  return /^vers:[a-z0-9.+-]{1,40}\/\s*\*\s*$/i.test(range);
}

/**
 * Whether `version` lies in the range. A range that cannot be read or compared holds no version: doubt keeps a finding in
 * sight. `type` is the purl type of the package, for ranges that tell only `generic`.
 */
export function isInRange(range: string, version: string, type: string): boolean {
  const [, named = "", rest = ""] = /^vers:([a-z0-9.+-]{1,40})\/(.*)$/i.exec(range) ?? [];
  if (rest === "" || range.length > RANGE_LENGTH_MAX) return false;
  if (isEveryVersion(range)) return true;
  const scheme = schemeOf(named.toLowerCase(), type);
  const constraints = rest
    .split("|")
    .slice(0, CONSTRAINTS_MAX + 1)
    .map((each) => readConstraint(each, scheme));
  if (constraints.length > CONSTRAINTS_MAX || constraints.includes(null)) return false;
  try {
    return isWithin(
      constraints.filter((each) => each !== null),
      version,
      scheme,
    );
  } catch (error) {
    if (error instanceof PlimsollError && error.code === "VERSION_INVALID") return false;
    throw error;
  }
}

function readConstraint(text: string, { id }: VersionScheme): Constraint | null {
  const [, comparator = "", version = ""] = /^(!=|<=|>=|<|>|=|)(.+)$/.exec(text.trim()) ?? [];
  if (version === "") return null;
  try {
    return {
      comparator: (comparator === "" ? "=" : comparator) as Constraint["comparator"],
      version: completed(decodeURIComponent(version.trim()), id.startsWith("semver")),
    };
  } catch {
    // A percent sign that begins no character.
    return null;
  }
}

/** Documents write `>=2.9` where the order knows versions of three numbers. */
function completed(version: string, isSemver: boolean): string {
  const missing = isSemver ? /^v?\d{1,15}(\.\d{1,15})?$/.exec(version) : null;
  return missing === null ? version : `${version}${missing[1] === undefined ? ".0.0" : ".0"}`;
}

/** As the specification's containment: single versions first, then pairs of a lower and an upper bound. */
function isWithin(constraints: readonly Constraint[], version: string, scheme: VersionScheme): boolean {
  const single = (comparator: Constraint["comparator"]) =>
    constraints.some(
      (each) =>
        each.comparator === comparator &&
        (each.version === version || scheme.compare(version, each.version) === 0),
    );
  if (single("!=")) return false;
  if (single("=") || single("<=") || single(">=")) return true;
  const bounds = constraints
    .filter(({ comparator }) => comparator !== "=" && comparator !== "!=")
    .toSorted((left, right) => scheme.compare(left.version, right.version));
  if (bounds.length === 0) return constraints.some(({ comparator }) => comparator === "!=");
  return bounds.some((bound, index) => {
    const order = scheme.compare(version, bound.version);
    const next = bounds[index + 1];
    const isLower = bound.comparator.startsWith(">");
    if (isLower) return order > 0 && (next === undefined || scheme.compare(version, next.version) < 0);
    const before = bounds[index - 1];
    // An upper bound with a lower one before it is judged with that one.
    return before === undefined && order < 0;
  });
}

/** Purl types whose order has another name here; `generic` means the package's own. */
const schemeIds: Readonly<Record<string, string>> = {
  cargo: "semver",
  npm: "semver",
  hex: "semver",
  github: "semver",
  swift: "semver",
  terraform: "semver",
  pypi: "pep440",
  pub: "semver-build",
  julia: "semver-build",
  cocoapods: "gem",
  opam: "deb",
  opkg: "deb",
};

function schemeOf(named: string, type: string): VersionScheme {
  const asked = named === "generic" || named === "intdot" ? type : named;
  const found = findVersionScheme(schemeIds[asked] ?? asked) ?? findVersionScheme("dotted");
  if (found === null) throw new TypeError("There is no order for dotted versions.");
  return found;
}
