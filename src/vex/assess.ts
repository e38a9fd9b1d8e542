/**
 * Step 6: statements applied to findings. Nothing is dropped: a finding keeps its place and carries the statement that
 * decided it. `not_affected` suppresses, `fixed` only where it names the version; `affected` and `under_investigation` never.
 */
import type { AssessedFinding, Finding } from "../domain/finding.ts";
import { vexOutcomes, type VexExplanation, type VexOutcome, type VexStatement } from "../domain/vex.ts";
import { printable, type Problem } from "../domain/problem.ts";
import { label } from "./label.ts";
import { decide, type AssessOptions, type Decisions } from "./decide.ts";

export interface Assessment {
  /** In the order of the findings given. */
  readonly findings: readonly AssessedFinding[];
  /** VEX_NOT_APPLIED for documents of which no statement applied, and for statements from the future. */
  readonly problems: readonly Problem[];
}

/** Labels every finding. Same inputs, same output; `options.now` decides which statements have come into force. */
export function assess(
  findings: readonly Finding[],
  statements: readonly VexStatement[],
  options: AssessOptions,
): Assessment {
  const decisions = decide(findings, statements, options);
  return {
    findings: findings.map((finding, index) => labelWith(finding, decisions, index)),
    problems: describeUnapplied(statements, decisions),
  };
}

function labelWith(finding: Finding, { deciding, proposed }: Decisions, index: number): AssessedFinding {
  const decision = deciding[index] ?? null;
  const proposal = proposed[index] ?? null;
  return {
    ...label(finding, decision?.statement ?? null),
    ...(proposal === null ? {} : { proposed: { kind: "statement", statement: proposal } as const }),
    ...(decision === null || decision.base === null ? {} : { inheritedFrom: decision.base }),
  };
}

/** For each statement whether it applied, and to what, or why not, in their order. */
export function explainVex(
  findings: readonly Finding[],
  statements: readonly VexStatement[],
  options: AssessOptions,
): readonly VexExplanation[] {
  const decisions = decide(findings, statements, options);
  return statements.map((statement, index) => {
    const outcome = outcomeAt(decisions, index);
    const applied = (decisions.applied.get(index) ?? []).flatMap((at) => {
      const finding = findings[at];
      return finding === undefined
        ? []
        : { vulnerability: finding.vulnerability, purl: finding.package.purl };
    });
    return { statement, outcome, text: outcomeTexts[outcome], applied };
  });
}

const outcomeTexts: Readonly<Record<VexOutcome, string>> = {
  "no-finding": "nothing was found that it speaks about",
  "author-not-trusted": "its author is not among the accepted ones",
  "product-unreadable": "its product is neither a package URL nor an image reference",
  "other-image": "it is about another image",
  "package-in-package":
    "its product is a package that holds others, and this one is not known to be in it alone",
  "other-package": "it is about another package or version",
  unjustified: "not_affected without a justification",
  unversioned: "fixed without the version in which it is",
  future: "its time has not come yet",
  "not-approved": "it is only proposed: no trusted key has signed it",
  superseded: "another statement decided",
  applied: "it applied",
};

function outcomeAt(decisions: Decisions, index: number): VexOutcome {
  return vexOutcomes[decisions.outcomeIndex[index] ?? 0] ?? "no-finding";
}

/** Documents that are named; of more only their number is told. */
const NOTICES_MAX = 50;

function describeUnapplied(statements: readonly VexStatement[], decisions: Decisions): readonly Problem[] {
  const documents = countByDocument(statements, decisions);
  const messages = [...documents].flatMap(([location, counts]) => {
    const total = counts.values().reduce((sum, count) => sum + count, 0);
    const future = counts.get("future") ?? 0;
    const where = printable(location);
    if (!counts.has("applied") && !counts.has("superseded")) {
      const reasons = vexOutcomes.filter((outcome) => counts.has(outcome)).toReversed();
      const parts = reasons.map((outcome) => `${counts.get(outcome)} because ${outcomeTexts[outcome]}`);
      return [`${where}: none of its ${total} statements applied: ${parts.join(", ")}`];
    }
    return future === 0
      ? []
      : [`${where}: ${future} of its ${total} statements do not apply yet: their time has not come`];
  });
  const shown = messages.slice(0, NOTICES_MAX);
  if (messages.length > NOTICES_MAX) {
    shown.push(`of ${messages.length - NOTICES_MAX} more VEX documents some or all statements did not apply`);
  }
  return shown.map((message) => ({ code: "VEX_NOT_APPLIED", message, path: null, layer: null }));
}

function countByDocument(
  statements: readonly VexStatement[],
  decisions: Decisions,
): ReadonlyMap<string, ReadonlyMap<VexOutcome, number>> {
  const documents = new Map<string, Map<VexOutcome, number>>();
  statements.forEach(({ location }, index) => {
    const counts = documents.get(location) ?? new Map<VexOutcome, number>();
    documents.set(location, counts);
    const outcome = outcomeAt(decisions, index);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  });
  return documents;
}
