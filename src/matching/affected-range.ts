/**
 * Whether an affected range holds a version. Three answers, because a bound that cannot be parsed is neither yes nor no.
 * Evaluation as in the OSV schema: https://ossf.github.io/osv-schema/#evaluation
 */
import type { AffectedRange } from "../domain/advisory.ts";
import { printable } from "../domain/problem.ts";
import { VersionError } from "../versions/error.ts";
import { findVersionScheme } from "../versions/schemes.ts";
import type { VersionScheme } from "../versions/types.ts";

export type Containment =
  | { readonly answer: "yes" }
  | { readonly answer: "no" }
  /** `about`: whose fault it is, for the problem that is reported. */
  | { readonly answer: "unknown"; readonly reason: string; readonly about: "version" | "advisory" };

/**
 * Whether `range` holds `version`, in the range's own scheme. A bound that says no decides even when the other bound cannot
 * be parsed; otherwise a bound that cannot be parsed makes the answer unknown.
 */
export function containsVersion(range: AffectedRange, version: string): Containment {
  if (isNeverAffected(range)) return NO;
  const scheme = findVersionScheme(range.scheme);
  if (scheme === null) {
    const reason = `the version scheme "${printable(range.scheme, 60)}" is not known`;
    return { answer: "unknown", reason, about: "advisory" };
  }
  let unparsed: string | null = null;
  let wasCompared = false;
  for (const [bound, isWithin, operator] of boundsOf(range)) {
    const order = orderToBound(scheme, version, bound, operator);
    if (order === null) unparsed ??= bound;
    else if (!isWithin(order)) return NO;
    else wasCompared = true;
  }
  // Without this check a range of all versions would hold what is no version at all.
  if (!wasCompared && !scheme.isValid(version)) {
    const reason = `version "${printable(version, 100)}" is not valid in scheme ${scheme.id}`;
    return { answer: "unknown", reason, about: "version" };
  }
  if (unparsed === null) return YES;
  const reason = `the bound "${printable(unparsed, 100)}" is not valid in scheme ${scheme.id}`;
  return { answer: "unknown", reason, about: "advisory" };
}

/** True for a range that holds nothing: Alpine writes the fixed version `0` for "never affected". */
export function isNeverAffected(range: AffectedRange): boolean {
  return range.fixed === BEGINNING;
}

/** The range for people: `>=1.0.0, <1.2.5`, `<=3.1`, or `>=0` when all versions are affected. */
export function rangeText(range: AffectedRange): string {
  const parts = boundTexts(range).map(([operator, bound]) => `${operator}${bound}`);
  // `>=0` says nothing beside another bound.
  return (range.introduced === BEGINNING && parts.length > 1 ? parts.slice(1) : parts).join(", ");
}

/** The comparison for people: `4.17.1 >= 0 and 4.17.1 < 4.19.2 (semver)`. */
export function comparisonText(range: AffectedRange, version: string): string {
  const shown = printable(version, 100);
  const parts = boundTexts(range).map(([operator, bound]) => `${shown} ${operator} ${bound}`);
  return `${parts.join(" and ")} (${printable(range.scheme, 60)})`;
}

/**
 * Why the range does not hold the version: `2.6.9 < 2.6.9 is false (semver)`. Only for ranges that `containsVersion` answers
 * with no.
 */
export function refutationText(range: AffectedRange, version: string): string {
  if (isNeverAffected(range)) return "the advisory says that the package was never affected";
  const scheme = findVersionScheme(range.scheme);
  const shown = printable(version, 100);
  for (const [bound, isWithin, operator] of boundsOf(range)) {
    const order = scheme === null ? null : orderToBound(scheme, version, bound, operator);
    if (order === null || isWithin(order)) continue;
    return `${shown} ${operator} ${printable(bound, 100)} is false (${printable(range.scheme, 60)})`;
  }
  return `${comparisonText(range, version)} does not hold`;
}

/** Order of two versions, or null when either is not valid in the scheme. */
export function orderOf(scheme: VersionScheme, a: string, b: string): -1 | 0 | 1 | null {
  try {
    return scheme.compare(a, b);
  } catch (error) {
    if (error instanceof VersionError) return null;
    throw error;
  }
}

/** A packaging of the last version that is affected counts as that version, where the scheme has packagings. */
function orderToBound(
  scheme: VersionScheme,
  version: string,
  bound: string,
  operator: string,
): -1 | 0 | 1 | null {
  const order = orderOf(scheme, version, bound);
  return order === 1 && operator === "<=" && scheme.isPackagingOf?.(version, bound) === true ? 0 : order;
}

type Bound = readonly [bound: string, isWithin: (order: number) => boolean, operator: string];

function boundsOf(range: AffectedRange): readonly Bound[] {
  const bounds: Bound[] = [];
  if (range.introduced !== BEGINNING) bounds.push([range.introduced, (order) => order >= 0, ">="]);
  if (range.fixed !== null) bounds.push([range.fixed, (order) => order < 0, "<"]);
  if (range.lastAffected !== null) bounds.push([range.lastAffected, (order) => order <= 0, "<="]);
  return bounds;
}

function boundTexts({ introduced, fixed, lastAffected }: AffectedRange): [string, string][] {
  const texts: [string, string][] = [[">=", introduced]];
  if (fixed !== null) texts.push(["<", fixed]);
  if (lastAffected !== null) texts.push(["<=", lastAffected]);
  return texts.map(([operator, bound]) => [operator, printable(bound, 100)]);
}

/** `introduced: "0"` comes before every version, whatever the scheme thinks of `0`. */
const BEGINNING = "0";
const YES: Containment = { answer: "yes" };
const NO: Containment = { answer: "no" };
