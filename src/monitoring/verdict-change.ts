/** What an evaluation turned against the one before, and the sentence that tells it. */
import type { PolicyStatus } from "../domain/policy.ts";
import { printable } from "../domain/problem.ts";
import type { TracedCause } from "./finding-causes.ts";
import { keyOf, type Judged } from "./judged-findings.ts";
import type { PolicySnapshot, VerdictSnapshot } from "./verdict-snapshot.ts";

/** A policy whose status is another than before. */
export interface TurnedPolicy {
  readonly policy: string;
  readonly title: string;
  readonly from: PolicyStatus;
  readonly to: PolicyStatus;
}

export interface VerdictChange {
  readonly turned: readonly TurnedPolicy[];
  /** Unsuppressed findings that came and went. */
  readonly findings: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** The status of the whole, of a policy, or the grade is another. */
  readonly isTurned: boolean;
}

/** A policy that only one of them has is not turned: it was added or removed, which is no change of the image. */
export function changeOf(before: VerdictSnapshot, after: VerdictSnapshot): VerdictChange {
  const old = new Map(before.results.map((result) => [result.policy, result]));
  const turned = after.results.flatMap(({ policy, title, status }) => {
    const from = old.get(policy)?.status;
    return from === undefined || from === status ? [] : [{ policy, title, from, to: status }];
  });
  const isTurned = turned.length > 0 || before.status !== after.status || before.grade !== after.grade;
  return { turned, isTurned, findings: compareFindings(before.judged, after.judged) };
}

function compareFindings(before: Judged, after: Judged): VerdictChange["findings"] {
  const [old, current] = [countedKeys(before), countedKeys(after)];
  return {
    added: [...current].filter((key) => !old.has(key)),
    removed: [...old].filter((key) => !current.has(key)),
  };
}

function countedKeys({ findings }: Judged): ReadonlySet<string> {
  return new Set((findings ?? []).filter(({ suppressed }) => !suppressed).map(keyOf));
}

/** Whether something is worse than before: a policy that is met no longer, a finding that came. */
export function isWorse(
  { turned, findings }: VerdictChange,
  { before, after }: { readonly before: VerdictSnapshot; readonly after: VerdictSnapshot },
): boolean {
  const lost = (from: PolicyStatus, to: PolicyStatus): boolean => rank[to] < rank[from];
  return (
    findings.added.length > 0 ||
    turned.some(({ from, to }) => lost(from, to)) ||
    lost(before.status, after.status)
  );
}

/** `acme/my-app:1.2 was pushed and does not meet “Default non-root user” and 1 more policy` */
export function firstVerdictSentence(name: string, titles: readonly string[], isNew: boolean): string {
  const [first = ""] = titles;
  const others = titles.length - 1;
  const more = others === 0 ? "" : ` and ${others} more ${others === 1 ? "policy" : "policies"}`;
  const still = isNew ? "does not meet" : "still does not meet";
  return `${printable(name, 300)} was pushed and ${still} “${printable(first, 200)}”${more}`;
}

/** `acme/my-app:1.2 no longer meets “No fixable critical vulnerabilities”: CVE-2026-1234 in libssl3 was published` */
export function verdictSentence(
  name: string,
  { before, after, change }: ChangeInput,
  causes: readonly TracedCause[],
): string {
  const first = worstFirst(change.turned)[0];
  const what = first === undefined ? wholeText(before, after) : policyText(first, change.turned);
  const cause = causeOf(first, before, after, causes);
  return `${printable(name, 300)} ${what}${cause === null ? "" : `: ${cause}`}`;
}

/** `acme/my-app:1.2 has 2 new findings: CVE-2026-1234 in libssl3 was published` */
export function findingsSentence(
  name: string,
  { findings: { added, removed } }: VerdictChange,
  causes: readonly TracedCause[],
): string {
  const parts = [
    ...(added.length > 0 ? [`${added.length} new ${added.length === 1 ? "finding" : "findings"}`] : []),
    ...(removed.length > 0
      ? [`${removed.length} ${removed.length === 1 ? "finding" : "findings"} less`]
      : []),
  ];
  const cause = causes[0]?.cause.text;
  return `${printable(name, 300)} has ${parts.join(" and ")}${cause === undefined ? "" : `: ${cause}`}`;
}

export interface ChangeInput {
  readonly before: VerdictSnapshot;
  readonly after: VerdictSnapshot;
  readonly change: VerdictChange;
}

const rank: Readonly<Record<PolicyStatus, number>> = { not_met: 0, no_data: 1, met: 2 };

function worstFirst(turned: readonly TurnedPolicy[]): readonly TurnedPolicy[] {
  return turned.toSorted((a, b) => rank[a.to] - rank[b.to]);
}

function policyText(first: TurnedPolicy, turned: readonly TurnedPolicy[]): string {
  const others = turned.filter(({ to }) => to === first.to).length - 1;
  const what =
    `“${printable(first.title, 200)}”` +
    (others === 0 ? "" : ` and ${others} more ${others === 1 ? "policy" : "policies"}`);
  switch (first.to) {
    case "met":
      return `meets ${what} now`;
    case "no_data":
      return `can no longer be judged by ${what}`;
    case "not_met":
      return first.from === "met" ? `no longer meets ${what}` : `does not meet ${what}`;
  }
}

function wholeText(before: VerdictSnapshot, after: VerdictSnapshot): string {
  if (before.status !== after.status) return wholeTexts[after.status];
  if (before.grade === null) return `has the grade ${after.grade ?? "none"} now`;
  return after.grade === null ? "has no grade any more" : `went from grade ${before.grade} to ${after.grade}`;
}

const wholeTexts: Readonly<Record<PolicyStatus, string>> = {
  met: "meets all of its policies now",
  not_met: "no longer meets all of its policies",
  no_data: "can no longer be judged by all of its policies",
};

/** The cause that has to do with the policy that turned; else the first. */
function causeOf(
  turned: TurnedPolicy | undefined,
  before: VerdictSnapshot,
  after: VerdictSnapshot,
  causes: readonly TracedCause[],
): string | null {
  const fallback = causes[0]?.cause.text ?? null;
  if (turned === undefined) return fallback;
  const ids = deviatingIds(turned.policy, before, after);
  const ofFinding = causes.find(({ vulnerabilities }) => vulnerabilities.some((id) => ids.has(id)));
  const ofPolicy = causes.find(({ cause }) => cause.kind === "policy" && cause.policy === turned.policy);
  return (ofPolicy ?? ofFinding)?.cause.text ?? fallback;
}

/** Vulnerabilities that are deviations of the policy in one of the two verdicts only. */
function deviatingIds(policy: string, before: VerdictSnapshot, after: VerdictSnapshot): ReadonlySet<string> {
  const idsIn = ({ results }: VerdictSnapshot): ReadonlySet<string> => {
    const result: PolicySnapshot | undefined = results.find((each) => each.policy === policy);
    return new Set((result?.deviations ?? []).flatMap(({ vulnerability }) => vulnerability ?? []));
  };
  const [old, current] = [idsIn(before), idsIn(after)];
  return new Set([...old, ...current].filter((id) => !(old.has(id) && current.has(id))));
}
