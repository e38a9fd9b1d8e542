/**
 * Why there is no finding: the advisories that name a package and do not hold its version, or whose word does not count.
 */
import type { ConsideredAdvisory } from "../domain/finding.ts";
import { printable } from "../domain/problem.ts";
import { containsVersion, refutationText } from "./affected-range.ts";
import { claimsOf, isVendorsFeed, type Claim } from "./claim.ts";
import { believedOf } from "./finding.ts";
import type { MatchInput } from "./match.ts";
import { statementTest } from "./owned.ts";
import { vulnerabilitiesOf, type Vulnerability } from "./vulnerabilities.ts";

/**
 * The advisories of vulnerability `id` (any of its ids, in any case; null: of all) that say no or are not believed, in the order of
 * the packages. Those that say yes are in the findings of `match`, with their comparison.
 */
export function consider(
  { packages, advisories }: MatchInput,
  id: string | null,
): readonly ConsideredAdvisory[] {
  const wanted = id?.toUpperCase() ?? null;
  const isWanted = ({ id: known, aliases }: Vulnerability): boolean =>
    wanted === null || [known, ...aliases].some((each) => each.toUpperCase() === wanted);
  return packages.flatMap((subject) => {
    const isStated = statementTest(subject, advisories);
    return vulnerabilitiesOf(claimsOf(subject, advisories))
      .filter(isWanted)
      .flatMap((found) => {
        const { id: vulnerability, aliases, claims } = found;
        const believed = believedOf(claims);
        const owner = isStated?.(found) === true ? (subject.owner?.purl ?? null) : null;
        return claims
          .map((claim) => ({ claim, reasons: reasonsOf(claim, owner, believed.includes(claim)) }))
          .filter(({ reasons }) => reasons.length > 0)
          .map(({ claim: { advisory, key }, reasons }): ConsideredAdvisory => ({
            package: subject.package,
            vulnerability,
            aliases,
            advisory,
            key,
            reasons,
          }));
      });
  });
}

/** Empty for a claim that makes a finding, or might. `owner`: whose distribution has the word in its place. */
function reasonsOf(claim: Claim, owner: string | null, isBelieved: boolean): readonly string[] {
  const { advisory, key, judgement } = claim;
  if (judgement.state !== "unaffected") {
    const said = judgement.state === "affected" ? judgement.comparison : judgement.reason;
    if (owner !== null)
      return [
        `${said}, but it belongs to ${printable(owner, 300)}, and what the distribution says of that has the word`,
      ];
    if (isBelieved) return [];
    const stronger = isVendorsFeed(claim)
      ? "what the distribution says of the package itself has the word"
      : "the distribution's own feed says that it is not affected, and has the word";
    return [`${said}, but ${stronger}`];
  }
  if (judgement.reason !== null) return [judgement.reason];
  const { ranges, versions } = advisory;
  const version = printable(key.version, 100);
  const reasons = ranges
    .filter((range) => containsVersion(range, key.version).answer !== "yes")
    .map((range) => refutationText(range, key.version));
  if (versions.length > 0 && !versions.includes(key.version)) {
    const list = versions.length === 1 ? "the one listed version" : `the ${versions.length} listed versions`;
    reasons.push(`${version} is not among ${list}`);
  }
  return reasons.length > 0 ? reasons : [`it speaks of another build, not of ${version}`];
}
