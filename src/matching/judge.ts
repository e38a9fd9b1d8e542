/**
 * What one advisory says about one version.
 */
import type { Advisory, AffectedRange } from "../domain/advisory.ts";
import { printable } from "../domain/problem.ts";
import { findVersionScheme } from "../versions/schemes.ts";
import { comparisonText, containsVersion, isNeverAffected, orderOf } from "./affected-range.ts";

export type Judgement =
  | { readonly state: "affected"; readonly range: AffectedRange | null; readonly comparison: string }
  | { readonly state: "undetermined"; readonly reason: string; readonly about: "version" | "advisory" }
  | { readonly state: "unaffected" };

/**
 * Versions of different module streams have nothing to do with each other. `label`: of the package, `nodejs:18:9020…:rhel9`; null
 * where its inventory does not tell, which rules nothing out.
 */
function isOfStream(stream: string | undefined, label: string | null): boolean {
  return stream === undefined || label === null || label === stream || label.startsWith(`${stream}:`);
}

type Undetermined = Extract<Judgement, { state: "undetermined" }>;

/**
 * Affected when any range holds the version, or the advisory lists it (the same text, or equal in order by `scheme`, the
 * scheme of the package). Undetermined when no proof was found and something could not be compared. `modularity`: of the package.
 */
export function judge(
  advisory: Advisory,
  version: string,
  scheme: string,
  modularity: string | null = null,
): Judgement {
  if (advisory.fixState === "not_affected" || !isOfStream(advisory.modularity, modularity)) return UNAFFECTED;
  const ranges = advisory.ranges.filter((range) => !isNeverAffected(range));
  if (ranges.length === 0 && advisory.versions.length === 0) {
    // A range that holds nothing is an answer; no range at all is none.
    if (advisory.ranges.length > 0) return UNAFFECTED;
    const isLookedInto = advisory.fixState === "under_investigation";
    const reason = isLookedInto ? "its publisher is looking into it" : "the advisory names no versions";
    return { state: "undetermined", reason, about: "advisory" };
  }
  if (version === "")
    return { state: "undetermined", reason: "the package has no version", about: "version" };
  let unknown: Undetermined | null = null;
  for (const range of ranges) {
    const containment = containsVersion(range, version);
    if (containment.answer === "yes") {
      return { state: "affected", range, comparison: comparisonText(range, version) };
    }
    if (containment.answer === "unknown") {
      unknown ??= { state: "undetermined", reason: containment.reason, about: containment.about };
    }
  }
  const listed = judgeList(advisory.versions, version, scheme);
  return listed.state === "affected" ? listed : (unknown ?? listed);
}

function judgeList(versions: readonly string[], version: string, schemeId: string): Judgement {
  const shown = printable(version, 100);
  if (versions.includes(version)) {
    return { state: "affected", range: null, comparison: `${shown} is listed as affected` };
  }
  if (versions.length === 0) return UNAFFECTED;
  const scheme = findVersionScheme(schemeId);
  if (scheme === null) {
    const reason = `the version scheme "${printable(schemeId, 60)}" is not known`;
    return { state: "undetermined", reason, about: "version" };
  }
  if (!scheme.isValid(version)) {
    const reason = `version "${shown}" is not valid in scheme ${scheme.id}`;
    return { state: "undetermined", reason, about: "version" };
  }
  // A listed version that the scheme refuses names exactly itself, and that comparison was made above.
  const equal = versions.find((each) => orderOf(scheme, version, each) === 0);
  if (equal === undefined) return UNAFFECTED;
  const comparison = `${shown} = ${printable(equal, 100)}, which is listed as affected (${scheme.id})`;
  return { state: "affected", range: null, comparison };
}

const UNAFFECTED: Judgement = { state: "unaffected" };
