/** Causes that stand in the findings: advisories that came, went or changed, and decisions that apply or have ended. */
import { printable } from "../domain/problem.ts";
import type { VerdictCause } from "../domain/verdict-history.ts";
import { keyOf, type Judged, type JudgedFinding } from "./judged-findings.ts";
import type { KnownException, RenewedEngine } from "./verdict-snapshot.ts";

/** A cause and the vulnerabilities it is about, so that it can be told which policy it turned. */
export interface TracedCause {
  readonly cause: VerdictCause;
  readonly vulnerabilities: readonly string[];
}

/** In the order of the findings; of one exception one cause, and of a program that compares otherwise one. */
export function findingCauses(
  before: Judged,
  after: Judged,
  exceptions: ReadonlyMap<string, KnownException>,
  engine: RenewedEngine | null = null,
): readonly TracedCause[] {
  if (before.findings === null || after.findings === null) return [];
  const isSameInventory = before.inventory === after.inventory;
  const old = new Map(before.findings.map((finding) => [keyOf(finding), finding]));
  const current = new Map(after.findings.map((finding) => [keyOf(finding), finding]));
  const causes: TracedCause[] = [];
  const decisions = new Map<string, Decision>();
  const compared: string[] = [];
  const note = (finding: JudgedFinding, change: "new" | "gone" | "changed", what: string): void => {
    const isOfVendor = engine === null || !engine.purls.has(finding.purl) || KEV.includes(what);
    if (isOfVendor) causes.push(advisory(finding, change, what));
    else compared.push(finding.vulnerability);
  };
  for (const finding of after.findings) {
    const known = old.get(keyOf(finding));
    if (known === undefined) {
      if (isSameInventory) note(finding, "new", publishedText(finding));
      continue;
    }
    noteDecisions(decisions, known, finding);
    const what = finding.suppressed ? null : changeOf(known, finding);
    if (what !== null) note(finding, "changed", what);
  }
  for (const finding of before.findings) {
    if (!isSameInventory || finding.suppressed || current.has(keyOf(finding))) continue;
    note(finding, "gone", "does not apply any more");
  }
  return [
    ...[...decisions.values()].map((decision) => toCause(decision, exceptions)),
    ...(engine === null || compared.length === 0 ? [] : [comparedOtherwise(engine, compared)]),
    ...causes,
  ];
}

/** What a finding is told of by the catalogue of exploited vulnerabilities, whoever compared its package. */
const LISTED = "is known to be exploited (KEV)";
const UNLISTED = "is not listed as exploited any more";
const KEV: readonly string[] = [LISTED, UNLISTED];

function comparedOtherwise({ from, to }: RenewedEngine, ids: readonly string[]): TracedCause {
  const vulnerabilities = [...new Set(ids)];
  const [first = ""] = vulnerabilities;
  const more = vulnerabilities.length > 1 ? ` and ${vulnerabilities.length - 1} more` : "";
  const text = `The program was renewed and compares otherwise with the same advisories: ${printable(first, 100)}${more}`;
  return { cause: { kind: "engine", text, from, to }, vulnerabilities };
}

function publishedText({ suppressed, exception }: JudgedFinding): string {
  if (!suppressed) return "was published";
  return `was published, and ${exception === null ? "a VEX statement" : "an exception"} speaks about it already`;
}

function advisory(
  { vulnerability, purl, name }: JudgedFinding,
  change: "new" | "gone" | "changed",
  what: string,
): TracedCause {
  const text = `${nameOf(vulnerability, name)} ${what}`;
  return {
    cause: { kind: "advisory", text, vulnerability, purl, change },
    vulnerabilities: [vulnerability],
  };
}

function nameOf(vulnerability: string, packageName: string): string {
  return `${printable(vulnerability, 100)} in ${printable(packageName, 100)}`;
}

/** What is told of a finding that was there before; null: nothing that counts. */
function changeOf(old: JudgedFinding, now: JudgedFinding): string | null {
  if (!old.isKev && now.isKev) return LISTED;
  if (old.isKev && !now.isKev) return UNLISTED;
  if (old.isUndetermined !== now.isUndetermined)
    return now.isUndetermined ? "cannot be determined any more" : "could be determined";
  if (old.severity !== now.severity) return `is rated ${now.severity} now, ${old.severity} before`;
  if (old.fixedVersion === now.fixedVersion) return null;
  return now.fixedVersion === null
    ? "has no fix any more"
    : `is fixed in ${printable(now.fixedVersion, 100)}`;
}

interface Decision {
  readonly exception: string;
  readonly change: "applied" | "ended";
  readonly findings: JudgedFinding[];
}

function noteDecisions(decisions: Map<string, Decision>, old: JudgedFinding, now: JudgedFinding): void {
  if (old.exception === now.exception) return;
  const note = (exception: string, change: Decision["change"]): void => {
    const id = `${change} ${exception}`;
    const decision = decisions.get(id) ?? { exception, change, findings: [] };
    decisions.set(id, decision);
    decision.findings.push(now);
  };
  if (now.exception !== null) note(now.exception, "applied");
  else if (old.exception !== null) note(old.exception, "ended");
}

function toCause(
  { exception: id, change, findings }: Decision,
  exceptions: ReadonlyMap<string, KnownException>,
): TracedCause {
  const [first] = findings;
  const others = findings.length - 1;
  const what =
    (first === undefined ? "" : nameOf(first.vulnerability, first.name)) +
    (others > 0 ? ` and ${others} more ${others === 1 ? "finding" : "findings"}` : "");
  const known = exceptions.get(id);
  const text = change === "applied" ? `${what}: ${appliedText(known)}` : `${endedText(known)} for ${what}`;
  const became = change === "ended" && known?.state === "expired" ? "expired" : change;
  return {
    cause: { kind: "exception", text, exception: id, change: became },
    vulnerabilities: findings.map(({ vulnerability }) => vulnerability),
  };
}

function appliedText(exception: KnownException | undefined): string {
  const kind = exception?.kind === "false_positive" ? "false positive" : "accepted risk";
  const by = exception === undefined ? "" : `, approved by ${printable(exception.decidedBy, 100)}`;
  const until = exception?.expiresAt ?? null;
  return `${kind}${by}${until === null ? "" : `, until ${until.slice(0, 10)}`}`;
}

function endedText(exception: KnownException | undefined): string {
  if (exception?.state === "expired") return "An exception has expired";
  if (exception?.state === "withdrawn") return "An exception was withdrawn";
  return "An exception does not apply any more";
}
