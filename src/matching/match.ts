/**
 * Step 5: packages and advisories in, findings out. Pure; nothing is looked up but in what it is handed.
 *
 * A package is affected by a vulnerability when any advisory of any source holds its version. An advisory that names the
 * package but cannot be compared gives an `undetermined` finding, unless another one of the same vulnerability proves it.
 */
import { severities, type Advisory, type AdvisoryHead } from "../domain/advisory.ts";
import { PlimsollError } from "../domain/error.ts";
import type { Finding } from "../domain/finding.ts";
import { printable, type Problem } from "../domain/problem.ts";
import { compareIds, tellingClaimsOf, type AdvisoriesByKey, type Claim, type MatchSubject } from "./claim.ts";
import { findingOf } from "./finding.ts";
import { doubted, statementTest } from "./owned.ts";
import { vulnerabilitiesOf, type Vulnerability } from "./vulnerabilities.ts";

export { allKeysOf, type AdvisoriesByKey, type MatchSubject } from "./claim.ts";

export interface MatchInput {
  readonly packages: readonly MatchSubject[];
  readonly advisories: AdvisoriesByKey;
}

export interface MatchResult {
  /** By severity, then purl, then vulnerability id. */
  readonly findings: readonly Finding[];
  /** `VERSION_INVALID` for each package and `ADVISORY_INVALID` for each advisory that could not be compared. */
  readonly problems: readonly Problem[];
}

export interface HeadMatchInput {
  readonly packages: readonly MatchSubject[];
  readonly advisories: AdvisoriesByKey<AdvisoryHead>;
  /** The whole advisories of some of these; asked once, and not at all where nothing is found. */
  readonly complete: (heads: readonly AdvisoryHead[]) => ReadonlyMap<AdvisoryHead, Advisory>;
}

/** Matches packages with advisories. Never throws for what packages or advisories hold. */
export function match({ packages, advisories }: MatchInput): MatchResult {
  const found = findAll(packages, advisories);
  return resultOf(found, (advisory) => advisory);
}

/** The same by what decides, so that the rest is read of what is found alone. Throws what `complete` throws. */
export function matchHeads({ packages, advisories, complete }: HeadMatchInput): MatchResult {
  const found = findAll(packages, advisories);
  const needed = found.candidates.flatMap(({ vulnerability }) =>
    vulnerability.claims.map(({ advisory }) => advisory),
  );
  const whole = needed.length === 0 ? null : complete([...new Set(needed)]);
  return resultOf(found, (head) => {
    const advisory = whole?.get(head);
    if (advisory === undefined) throw new PlimsollError("INTERNAL", "An advisory could not be completed.");
    return advisory;
  });
}

interface Candidate<Of extends AdvisoryHead> {
  readonly subject: MatchSubject;
  readonly vulnerability: Vulnerability<Of>;
}

interface Found<Of extends AdvisoryHead> {
  /** Vulnerabilities that a package may have. */
  readonly candidates: readonly Candidate<Of>[];
  readonly problems: readonly Problem[];
}

function findAll<Of extends AdvisoryHead>(
  packages: readonly MatchSubject[],
  advisories: AdvisoriesByKey<Of>,
): Found<Of> {
  const candidates: Candidate<Of>[] = [];
  const problems = new Map<string, Problem>();
  for (const subject of packages) {
    // Most advisories of most packages say no; only what is left needs sorting by vulnerability.
    const claims = tellingClaimsOf(subject, advisories);
    if (claims.length === 0) continue;
    const isStated = statementTest(subject, advisories);
    for (const vulnerability of vulnerabilitiesOf(claims)) {
      if (isStated?.(vulnerability) !== true && isOpen(vulnerability))
        candidates.push({ subject, vulnerability });
    }
    if (subject.owner !== undefined) continue;
    for (const claim of claims) noteProblem(problems, subject, claim);
  }
  return { candidates, problems: [...problems.values()] };
}

function isOpen({ claims }: Vulnerability<AdvisoryHead>): boolean {
  return claims.some(({ judgement }) => judgement.state !== "unaffected");
}

function resultOf<Of extends AdvisoryHead>(
  { candidates, problems }: Found<Of>,
  wholeOf: (head: Of) => Advisory,
): MatchResult {
  const findings = candidates.flatMap(({ subject, vulnerability }) => {
    const claims = vulnerability.claims.map((claim) => ({ ...claim, advisory: wholeOf(claim.advisory) }));
    const owner = subject.owner?.purl ?? null;
    return findingOf(subject.package, inDoubt({ ...vulnerability, claims }, owner)) ?? [];
  });
  return { findings: findings.sort(compareFindings), problems };
}

function inDoubt(vulnerability: Vulnerability, owner: string | null): Vulnerability {
  if (owner === null) return vulnerability;
  return { ...vulnerability, claims: vulnerability.claims.map((claim) => doubted(claim, owner)) };
}

/** Order of reports: severity, then purl, then vulnerability id. */
export function compareFindings(a: Finding, b: Finding): number {
  const bySeverity = severities.indexOf(a.severity) - severities.indexOf(b.severity);
  if (bySeverity !== 0) return bySeverity;
  if (a.package.purl !== b.package.purl) return a.package.purl < b.package.purl ? -1 : 1;
  return compareIds(a.vulnerability, b.vulnerability);
}

/** One problem a package and one an advisory, however many comparisons failed for it. */
function noteProblem(
  problems: Map<string, Problem>,
  { package: pkg }: MatchSubject,
  claim: Claim<AdvisoryHead>,
): void {
  const { advisory, judgement } = claim;
  if (judgement.state !== "undetermined" || judgement.about === "package") return;
  const isVersion = judgement.about === "version";
  const subject = printable(isVersion ? pkg.purl : `${advisory.id} on ${advisory.name}`, 200);
  const identity = `${judgement.about}\n${subject}`;
  if (problems.has(identity)) return;
  problems.set(identity, {
    code: isVersion ? "VERSION_INVALID" : "ADVISORY_INVALID",
    message: `${subject} cannot be judged: ${judgement.reason}.`,
    path: (isVersion ? pkg.evidence[0]?.path : null) ?? null,
    layer: (isVersion ? pkg.evidence[0]?.layer : null) ?? null,
  });
}
