/**
 * Which statement decides each finding. Shared by the assessment and its explanation.
 *
 * Among the statements that apply to a package and a vulnerability the one that is trusted furthest wins; of those the most exact
 * one (package with version, package, image by digest, by tag, by repository, the same of its base image); then the newest; then
 * the more cautious status. Less trusted ones therefore never override what an organisation has approved, and a sentence about
 * a whole repository does not take back one about a package.
 */
import type { Finding } from "../domain/finding.ts";
import type { Package } from "../domain/package.ts";
import {
  tierOf,
  trustTiers,
  vexOutcomes,
  type TrustTier,
  type VexOutcome,
  type VexStatement,
} from "../domain/vex.ts";
import { fromBase, namesVersion, statementMatcher, type Applicability } from "./shared/applicability.ts";
import { caution } from "./shared/caution.ts";
import { containmentOf } from "./shared/containment.ts";
import type { VexImageIdentity } from "./shared/image-identity.ts";
import { packageSubject, type PackageSubject } from "./shared/package-identity.ts";

/** Whether an author's word counts, of a statement that is trusted as far as the tier says; absent: as far as anybody's. */
export type TrustsAuthor = (author: string, tier?: TrustTier) => boolean;

export interface AssessOptions {
  readonly image: VexImageIdentity;
  readonly now: Date;
  /** Null: every author's word counts. See `authorMatcher`. */
  readonly trustsAuthor: TrustsAuthor | null;
  /** Whoever is trusted less decides nothing, and is told as a proposal. Absent: everybody decides. */
  readonly tierMin?: TrustTier;
  /** The inventory, which tells what is part of what; absent: nobody knows. */
  readonly packages?: readonly Package[];
  /** The image's bases, the nearest first; what is said of them counts for the packages that came with them. Absent: none. */
  readonly bases?: readonly BaseSubject[];
}

/** A base image, and which packages of the image came with it and are unchanged. */
export interface BaseSubject {
  /** For people: `docker.io/library/debian:12`. */
  readonly name: string;
  readonly image: VexImageIdentity;
  holds(pkg: Package): boolean;
}

export interface Decisions {
  /** For each finding, the statement that decides it, or null. */
  readonly deciding: readonly (Decision | null)[];
  /** For each finding, the best of the statements that would apply and are not trusted far enough; else null. */
  readonly proposed: readonly (VexStatement | null)[];
  /** For each statement, the index in `vexOutcomes` of the furthest that it came. */
  readonly outcomeIndex: Uint8Array;
  /** By the index of a statement, the indexes of the findings that it decides. */
  readonly applied: ReadonlyMap<number, readonly number[]>;
}

/** A statement with what it is about. */
export interface Decision {
  readonly statement: VexStatement;
  /** Name of the base image that it is about; null: the image or the package itself. */
  readonly base: string | null;
}

/** Decides every finding. Costs one look at each statement, and a comparison for each that shares an id with a finding. */
export function decide(
  findings: readonly Finding[],
  statements: readonly VexStatement[],
  options: AssessOptions,
): Decisions {
  const byId = indexStatements(findings, statements);
  const match = matcherOf(options);
  const trusts = rememberAuthors(options.trustsAuthor);
  const outcomeIndex = new Uint8Array(statements.length);
  const applied = new Map<number, number[]>();
  const subjects = new Map<string, PackageSubject>();
  const proposed: (VexStatement | null)[] = [];
  const note = (index: number, outcome: VexOutcome) => {
    outcomeIndex[index] = Math.max(outcomeIndex[index] ?? 0, vexOutcomes.indexOf(outcome));
  };

  const deciding = findings.map((finding, at): Decision | null => {
    const subject = subjects.get(finding.package.purl) ?? packageSubject(finding.package);
    subjects.set(finding.package.purl, subject);
    let best: Candidate | null = null;
    let proposal: Candidate | null = null;
    for (const index of candidatesOf(finding, byId)) {
      const statement = statements[index];
      if (statement === undefined) continue;
      const found = trusts(statement.author, tierOf(statement))
        ? match(statement, subject, finding.package)
        : notTrusted;
      const hurdle =
        typeof found.exactness === "number" ? hurdleOf(statement, found.exactness, options) : found.exactness;
      note(index, hurdle ?? "superseded");
      if ((hurdle !== null && hurdle !== "not-approved") || typeof found.exactness !== "number") continue;
      const candidate = candidateOf(index, statement, found.exactness, found.base);
      if (hurdle === null) {
        if (best === null || isBetter(candidate, best)) best = candidate;
      } else if (proposal === null || isBetter(candidate, proposal)) proposal = candidate;
    }
    proposed.push(proposal?.statement ?? null);
    if (best === null) return null;
    note(best.index, "applied");
    const decided = applied.get(best.index);
    if (decided === undefined) applied.set(best.index, [at]);
    else decided.push(at);
    return { statement: best.statement, base: best.base };
  });
  return { deciding, proposed, outcomeIndex, applied };
}

interface Found {
  readonly exactness: Applicability | "author-not-trusted";
  readonly base: string | null;
}

const notTrusted: Found = { exactness: "author-not-trusted", base: null };

/** Asks for the image itself, then for each base that the package came with. */
function matcherOf({
  image,
  packages,
  bases = [],
}: AssessOptions): (statement: VexStatement, subject: PackageSubject, pkg: Package) => Found {
  const contains = packages === undefined ? null : containmentOf(packages);
  const match = statementMatcher(image, contains);
  const others = bases.map((base) => ({ base, match: statementMatcher(base.image, contains) }));
  return (statement, subject, pkg) => {
    const exactness = match(statement, subject);
    if (typeof exactness === "number") return { exactness, base: null };
    for (const { base, match: matchBase } of others) {
      const found = matchBase(statement, subject);
      if (typeof found === "number" && base.holds(pkg))
        return { exactness: fromBase(found), base: base.name };
    }
    return { exactness, base: null };
  };
}

interface Candidate {
  readonly index: number;
  readonly statement: VexStatement;
  readonly exactness: number;
  readonly base: string | null;
  readonly tier: number;
  readonly timeMs: number;
}

function candidateOf(
  index: number,
  statement: VexStatement,
  exactness: number,
  base: string | null,
): Candidate {
  const tier = trustTiers.indexOf(tierOf(statement));
  return { index, statement, exactness, base, tier, timeMs: Date.parse(statement.timestamp) };
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

type Hurdle = "unjustified" | "unversioned" | "future" | "not-approved";

/** Why a statement about this package does not count, or null. A time that cannot be read counts as not yet come. */
function hurdleOf(
  statement: VexStatement,
  exactness: number,
  { now, tierMin = "proposed" }: AssessOptions,
): Hurdle | null {
  const { status, justification, impactStatement, timestamp } = statement;
  if (status === "not_affected" && justification === null && (impactStatement ?? "").trim() === "")
    return "unjustified";
  if (status === "fixed" && !namesVersion(exactness)) return "unversioned";
  if (!(Date.parse(timestamp) <= now.getTime())) return "future";
  return trustTiers.indexOf(tierOf(statement)) < trustTiers.indexOf(tierMin) ? "not-approved" : null;
}

function isBetter(left: Candidate, right: Candidate): boolean {
  if (left.tier !== right.tier) return left.tier > right.tier;
  if (left.exactness !== right.exactness) return left.exactness > right.exactness;
  if (left.timeMs !== right.timeMs) return left.timeMs > right.timeMs;
  return caution[left.statement.status] > caution[right.statement.status];
}

function rememberAuthors(trustsAuthor: TrustsAuthor | null): (author: string, tier: TrustTier) => boolean {
  if (trustsAuthor === null) return () => true;
  const known = new Map<string, boolean>();
  return (author, tier) => {
    const key = `${tier} ${author}`;
    const answer = known.get(key) ?? trustsAuthor(author, tier);
    known.set(key, answer);
    return answer;
  };
}
