/**
 * Which statement decides each finding. Shared by the assessment and its explanation.
 *
 * Among the statements that apply to a package and a vulnerability the newest wins; at the same time the more exact one
 * (package with version, package, image by digest, by tag, by repository); then the more cautious status. Newest first
 * means that a later statement about the whole image overrides an earlier one about a package: an author who wants to
 * keep the earlier one repeats it.
 */
import type { Finding } from "../domain/finding.ts";
import type { VexStatement, VexStatus } from "../domain/vex.ts";
import { statementMatcher, type Mismatch } from "./shared/applicability.ts";
import type { VexImageIdentity } from "./shared/image-identity.ts";
import { packageSubject, type PackageSubject } from "./shared/package-identity.ts";

export interface AssessOptions {
  readonly image: VexImageIdentity;
  readonly now: Date;
  /** Whether an author's word counts; null: every author's does. See `authorMatcher`. */
  readonly trustsAuthor: ((author: string) => boolean) | null;
}

/**
 * What became of a statement; later ones came nearer to being applied.
 * `no-finding`: nothing was found that it speaks about. `unjustified`: not_affected without saying why.
 * `superseded`: it applies, but another one decided.
 */
export const outcomes = [
  "no-finding",
  "author-not-trusted",
  "product-unreadable",
  "other-image",
  "package-in-package",
  "other-package",
  "unjustified",
  "future",
  "superseded",
  "applied",
] as const satisfies readonly (Mismatch | string)[];
export type StatementOutcome = (typeof outcomes)[number];

export interface Decisions {
  /** For each finding, the statement that decides it, or null. */
  readonly deciding: readonly (VexStatement | null)[];
  /** For each statement, its index in `outcomes`. */
  readonly outcomeIndex: Uint8Array;
  /** For each statement, how many findings it decides. */
  readonly appliedCount: Uint32Array;
}

/** Decides every finding. Costs one look at each statement, and a comparison for each that shares an id with a finding. */
export function decide(
  findings: readonly Finding[],
  statements: readonly VexStatement[],
  options: AssessOptions,
): Decisions {
  const byId = indexStatements(findings, statements);
  const match = statementMatcher(options.image);
  const trusts = rememberAuthors(options.trustsAuthor);
  const outcomeIndex = new Uint8Array(statements.length);
  const appliedCount = new Uint32Array(statements.length);
  const subjects = new Map<string, PackageSubject>();
  const note = (index: number, outcome: StatementOutcome) => {
    outcomeIndex[index] = Math.max(outcomeIndex[index] ?? 0, outcomes.indexOf(outcome));
  };

  const deciding = findings.map((finding) => {
    const subject = subjects.get(finding.package.purl) ?? packageSubject(finding.package);
    subjects.set(finding.package.purl, subject);
    let best: Candidate | null = null;
    for (const index of candidatesOf(finding, byId)) {
      const statement = statements[index];
      if (statement === undefined) continue;
      const exactness = trusts(statement.author) ? match(statement, subject) : "author-not-trusted";
      const hurdle = typeof exactness === "number" ? hurdleOf(statement, options.now) : exactness;
      note(index, hurdle ?? "superseded");
      if (hurdle !== null || typeof exactness !== "number") continue;
      const candidate: Candidate = { index, statement, exactness, timeMs: Date.parse(statement.timestamp) };
      if (best === null || isBetter(candidate, best)) best = candidate;
    }
    if (best === null) return null;
    note(best.index, "applied");
    appliedCount[best.index] = (appliedCount[best.index] ?? 0) + 1;
    return best.statement;
  });
  return { deciding, outcomeIndex, appliedCount };
}

interface Candidate {
  readonly index: number;
  readonly statement: VexStatement;
  readonly exactness: number;
  readonly timeMs: number;
}

/** Indexes of the statements about each id that some finding has; upper case. */
function indexStatements(
  findings: readonly Finding[],
  statements: readonly VexStatement[],
): ReadonlyMap<string, readonly number[]> {
  const byId = new Map<string, number[]>();
  for (const finding of findings) for (const id of idsOf(finding)) byId.set(id, []);
  if (byId.size === 0) return byId;
  statements.forEach((statement, index) => {
    for (const id of statement.vulnerabilities) byId.get(id.toUpperCase())?.push(index);
  });
  return byId;
}

function candidatesOf(finding: Finding, byId: ReadonlyMap<string, readonly number[]>): ReadonlySet<number> {
  return new Set(idsOf(finding).flatMap((id) => byId.get(id) ?? []));
}

function idsOf({ vulnerability, aliases }: Finding): readonly string[] {
  return [vulnerability, ...aliases].map((id) => id.toUpperCase());
}

/** Why a statement about this package does not count, or null. A time that cannot be read counts as not yet come. */
function hurdleOf(statement: VexStatement, now: Date): "unjustified" | "future" | null {
  const { status, justification, impactStatement, timestamp } = statement;
  if (status === "not_affected" && justification === null && (impactStatement ?? "").trim() === "")
    return "unjustified";
  return Date.parse(timestamp) <= now.getTime() ? null : "future";
}

/** Larger is more cautious. */
const caution: Readonly<Record<VexStatus, number>> = {
  not_affected: 0,
  fixed: 1,
  under_investigation: 2,
  affected: 3,
};

function isBetter(left: Candidate, right: Candidate): boolean {
  if (left.timeMs !== right.timeMs) return left.timeMs > right.timeMs;
  if (left.exactness !== right.exactness) return left.exactness > right.exactness;
  return caution[left.statement.status] > caution[right.statement.status];
}

function rememberAuthors(trustsAuthor: AssessOptions["trustsAuthor"]): (author: string) => boolean {
  if (trustsAuthor === null) return () => true;
  const known = new Map<string, boolean>();
  return (author) => {
    const answer = known.get(author) ?? trustsAuthor(author);
    known.set(author, answer);
    return answer;
  };
}
