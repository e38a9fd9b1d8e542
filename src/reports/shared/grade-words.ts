/** What a grade leaves open: the findings that no policy counts, and the step that would win most. */
import type { Analysis } from "../../domain/analysis.ts";
import type { Deviation, FindingFacts, PolicyResult, Verdict } from "../../domain/policy.ts";
import { plain, toned, type Span } from "./blocks.ts";
import { countFindings, counts, severityLine, type FindingCounts } from "./counts.ts";
import { countText } from "./words.ts";

/**
 * Open findings that cost no points, because no policy with a weight deviates by them: a good grade is not to hide a thousand findings of
 * severities that nobody asked about. Null: nothing was judged, or nothing is graded.
 */
export function uncountedFindings({ verdict, findings }: Analysis): FindingCounts | null {
  if (verdict === null || findings === null || verdict.score.grade === null) return null;
  const counted = new Set(
    verdict.results
      .filter(({ weight }) => weight > 0)
      .flatMap(({ deviations }) => deviations)
      .flatMap(({ vulnerability, purl }) =>
        vulnerability === null ? [] : [`${vulnerability}\n${purl ?? ""}`],
      ),
  );
  const isCounted = ({ vulnerability, aliases, package: pkg }: FindingFacts): boolean =>
    [vulnerability, ...aliases].some((id) => counted.has(`${id}\n${pkg.purl}`) || counted.has(`${id}\n`));
  return countFindings(findings.filter((finding) => counts(finding) && !isCounted(finding)));
}

/** `18 findings cost no points: 0C 0H 14M 4L`; null where all are counted. */
function uncountedSpans(analysis: Analysis): readonly Span[] | null {
  const numbers = uncountedFindings(analysis);
  if (numbers === null || numbers.total === 0) return null;
  const verb = numbers.total === 1 ? "costs" : "cost";
  const text = `${countText(numbers.total, "finding")} ${verb} no points, since no policy counts them: ${severityLine(numbers)}`;
  return [toned(text, "warn")];
}

/** `Next: No fixable critical or high vulnerabilities, 20 points: Update qs to 6.7.3 or later, and 4 more steps`; null: nothing to win. */
export function nextStep(verdict: Verdict): string | null {
  const [best] = verdict.results
    .filter(({ lost }) => lost > 0)
    .toSorted((a, b) => b.lost - a.lost || stepsOf(a).length - stepsOf(b).length);
  if (best === undefined) return null;
  const [first, ...more] = stepsOf(best);
  const points = `${best.title}, ${countText(best.lost, "point")}`;
  if (first === undefined) return points;
  return `${points}: ${first.replace(/\.$/, "")}${more.length === 0 ? "" : `, and ${countText(more.length, "more step")}`}`;
}

function stepsOf({ deviations, supply }: PolicyResult): readonly string[] {
  const advice = [...deviations.map(({ remediation }: Deviation) => remediation), supply ?? null];
  return [...new Set(advice)].filter((text) => text !== null);
}

/** Lines under the grade. */
export function gradeLines(analysis: Analysis): readonly (readonly Span[])[] {
  const { verdict } = analysis;
  const uncounted = uncountedSpans(analysis);
  const next = verdict === null ? null : nextStep(verdict);
  return [
    ...(uncounted === null ? [] : [uncounted]),
    ...(next === null ? [] : [[toned("Next: ", "strong"), plain(next)]]),
  ];
}
