/**
 * Why there is no finding: the advisories of one vulnerability that name a package and do not hold its version.
 */
import type { Advisory } from "../domain/advisory.ts";
import type { ConsideredAdvisory } from "../domain/finding.ts";
import { printable } from "../domain/problem.ts";
import { refutationText } from "./affected-range.ts";
import { claimsOf } from "./claim.ts";
import type { MatchInput } from "./match.ts";
import { vulnerabilitiesOf } from "./vulnerabilities.ts";

/**
 * The advisories of vulnerability `id` (any of its ids, in any case) that say no, in the order of the packages. Those that
 * say yes are in the findings of `match`, with their comparison.
 */
export function consider({ packages, advisories }: MatchInput, id: string): readonly ConsideredAdvisory[] {
  const wanted = id.toUpperCase();
  return packages.flatMap((subject) =>
    vulnerabilitiesOf(claimsOf(subject, advisories))
      .filter((each) => [each.id, ...each.aliases].some((known) => known.toUpperCase() === wanted))
      .flatMap(({ id: vulnerability, aliases, claims }) =>
        claims
          .filter(({ judgement }) => judgement.state === "unaffected")
          .map(({ advisory, key }): ConsideredAdvisory => ({
            package: subject.package,
            vulnerability,
            aliases,
            advisory,
            key,
            reasons: reasonsOf(advisory, key.version),
          })),
      ),
  );
}

function reasonsOf({ ranges, versions }: Advisory, version: string): readonly string[] {
  const reasons = ranges.map((range) => refutationText(range, version));
  if (versions.length > 0) {
    const list = versions.length === 1 ? "the one listed version" : `the ${versions.length} listed versions`;
    reasons.push(`${printable(version, 100)} is not among ${list}`);
  }
  return reasons;
}
