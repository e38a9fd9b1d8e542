/**
 * What is known of a vulnerability as such (the NVD's rating, CISA's, its weaknesses) joined into findings, which have by then what
 * advisories on their packages say.
 */
import type { SeverityRating, VulnerabilityContext } from "../domain/advisory.ts";
import type { Finding } from "../domain/finding.ts";
import { rateAgain } from "./rating.ts";

/** By id; see `contextIds`. */
export type Contexts = ReadonlyMap<string, VulnerabilityContext>;

/** The ids under which something may be known of the findings. */
export function contextIds(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.flatMap(idsOf))];
}

/** The findings in their order. `sources`: whose severity counts before the rule (`rating.ts`), in any case. */
export function joinContexts(
  findings: readonly Finding[],
  contexts: Contexts,
  sources: readonly string[] = [],
): readonly Finding[] {
  return findings.map((finding) => {
    const { ratings, cwes } = aboutOf(finding, contexts);
    if (ratings.length === 0 && cwes.length === 0 && sources.length === 0) return finding;
    return {
      ...finding,
      ...rateAgain(finding, ratings, sources),
      cwes: [...new Set([...finding.cwes, ...cwes])].sort(),
    };
  });
}

/**
 * All that `joinContexts` takes from the contexts, by vulnerability: with the same it gives the same. Null: nothing. KEV and EPSS
 * are no part of it, because they are never kept with a finding.
 */
export function joinedOf(findings: readonly Finding[], contexts: Contexts): unknown {
  const joined = findings
    .map((finding) => ({ id: finding.vulnerability, ...aboutOf(finding, contexts) }))
    .filter(({ ratings, cwes }) => ratings.length > 0 || cwes.length > 0)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return joined.length === 0 ? null : joined;
}

function aboutOf(
  finding: Finding,
  contexts: Contexts,
): { readonly ratings: readonly SeverityRating[]; readonly cwes: readonly string[] } {
  // Of a finding with two CVEs the first's come first.
  const known = idsOf(finding).flatMap((id) => contexts.get(id) ?? []);
  return {
    ratings: known.flatMap(({ ratings = [] }) => ratings),
    cwes: known.flatMap(({ cwes = [] }) => cwes),
  };
}

function idsOf({ vulnerability, aliases }: Finding): readonly string[] {
  return [vulnerability, ...aliases];
}
