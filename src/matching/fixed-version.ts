/**
 * The first good version: where to go from an affected one.
 */
import type { AffectedRange } from "../domain/advisory.ts";
import { findVersionScheme } from "../versions/schemes.ts";
import { containsVersion, orderOf } from "./affected-range.ts";
import type { Claim } from "./claim.ts";
import { withoutLaterBuilds } from "./module-stream.ts";

/**
 * The lowest fixed version of the most trusted claim that names one, or null. `claims` are those that hold the version, the
 * most trusted first; what another source says of the fix is then not looked at. Notices of one source under one id are read
 * as one: the fix that the first announced may be what the second found incomplete.
 */
export function fixedVersionOf(claims: readonly Claim[]): string | null {
  for (const { advisory, key } of claims) {
    const alike = claims.filter(
      (claim) => claim.advisory.id === advisory.id && claim.advisory.feed === advisory.feed,
    );
    const fixed = lowestFix(
      alike.flatMap((claim) => withoutLaterBuilds(claim.advisory.ranges)),
      key.version,
    );
    if (fixed !== null) return fixed;
  }
  return null;
}

/**
 * The lowest end of the ranges that hold `version`. An end that another range holds is not good yet
 * (`[1.0, 1.5)` beside `[1.5, 1.7)`), so the walk goes on from there.
 */
function lowestFix(ranges: readonly AffectedRange[], version: string): string | null {
  let at = version;
  // Each turn leaves at least one range for good.
  for (let turn = 0; turn <= ranges.length; turn++) {
    const holding = ranges.filter((range) => containsVersion(range, at).answer === "yes");
    if (holding.length === 0) return at === version ? null : at;
    const next = lowestEnd(holding);
    if (next === null) return null;
    at = next;
  }
  return null;
}

/** The lowest `fixed` of the ranges. Ends in different schemes cannot be compared: then the first range's. */
function lowestEnd(ranges: readonly AffectedRange[]): string | null {
  const scheme = findVersionScheme(ranges[0]?.scheme ?? "");
  const ends = ranges.filter((range) => range.scheme === scheme?.id).map((range) => range.fixed);
  return ends
    .filter((end) => end !== null)
    .reduce<string | null>(
      (lowest, end) =>
        lowest === null || (scheme !== null && orderOf(scheme, end, lowest) === -1) ? end : lowest,
      null,
    );
}
