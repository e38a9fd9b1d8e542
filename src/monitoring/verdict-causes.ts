/**
 * Why a verdict differs from the one before: told from what both rest on, never guessed from their times.
 */
import { printable } from "../domain/problem.ts";
import type { VerdictCause } from "../domain/verdict-history.ts";
import { findingCauses, type TracedCause } from "./finding-causes.ts";
import type { KnownException, RenewedEngine, VerdictSnapshot } from "./verdict-snapshot.ts";

/** `before`: null: there is none. Never empty: where nothing else is found, time has passed. `engine` null: it changed no finding. */
export function causesOf(
  before: VerdictSnapshot | null,
  after: VerdictSnapshot,
  exceptions: ReadonlyMap<string, KnownException>,
  engine: RenewedEngine | null = null,
): readonly TracedCause[] {
  if (before === null) {
    return [untraced({ kind: "first", text: "The image was judged for the first time" })];
  }
  const causes = [
    ...policyCauses(before, after),
    ...findingCauses(before.judged, after.judged, exceptions, engine),
    ...analysisCauses(before, after),
  ];
  if (causes.length > 0) return shortened(causes);
  const learned = knowledgeCauses(before, after);
  if (learned.length > 0) return shortened(learned);
  return [untraced({ kind: "time", text: "Days have passed, and a policy counts them" })];
}

/** The same was judged once more by the program of now, and the verdict was another one. */
export function engineCause(
  { from, to }: Omit<RenewedEngine, "purls">,
  differences: readonly string[],
): TracedCause {
  const [first = "the verdict is another one"] = differences;
  const more = differences.length > 1 ? `, and ${differences.length - 1} more` : "";
  const text = printable(`The program was renewed and judges the same otherwise: ${first}${more}`, 600);
  return untraced({ kind: "engine", text, from, to });
}

/** What was not known is, or the other way round: a feed that is new or gone, for one. */
function knowledgeCauses(before: VerdictSnapshot, after: VerdictSnapshot): readonly TracedCause[] {
  const old = new Map(before.results.map((result) => [result.policy, result]));
  const texts = after.results.flatMap(({ policy, status, reason }) => {
    const known = old.get(policy);
    if (known === undefined || known.status === status) return [];
    if (status === "no_data") return `Not known any more: ${reason ?? "no reason is given"}`;
    return known.status === "no_data"
      ? `Known now, which was not before: ${known.reason ?? "no reason is given"}`
      : [];
  });
  return [...new Set(texts)].map((text) => untraced({ kind: "analysis", text: printable(text, 600) }));
}

function untraced(cause: VerdictCause): TracedCause {
  return { cause, vulnerabilities: [] };
}

/** More are of no use to a reader; the page of the image has all findings. */
const CAUSES_MAX = 50;

function shortened(causes: readonly TracedCause[]): readonly TracedCause[] {
  if (causes.length <= CAUSES_MAX) return causes;
  const text = `${causes.length - CAUSES_MAX} more changes`;
  return [...causes.slice(0, CAUSES_MAX), untraced({ kind: "analysis", text })];
}

function policyCauses(before: VerdictSnapshot, after: VerdictSnapshot): readonly TracedCause[] {
  const old = new Map(before.results.map((result) => [result.policy, result]));
  const current = new Set(after.results.map(({ policy }) => policy));
  const told = (
    { policy, title }: { readonly policy: string; readonly title: string },
    change: "added" | "changed" | "removed",
    what: string,
  ): TracedCause =>
    untraced({ kind: "policy", text: `The policy “${printable(title, 200)}” ${what}`, policy, change });
  const causes: TracedCause[] = [];
  for (const result of after.results) {
    const known = old.get(result.policy);
    if (known === undefined) causes.push(told(result, "added", "applies now"));
    else if (known.version !== result.version)
      causes.push(told(result, "changed", `was changed (version ${result.version})`));
  }
  for (const result of before.results) {
    if (!current.has(result.policy)) causes.push(told(result, "removed", "does not apply any more"));
  }
  return causes;
}

function analysisCauses(before: VerdictSnapshot, after: VerdictSnapshot): readonly TracedCause[] {
  const texts: string[] = [];
  if (before.judged.inventory !== after.judged.inventory) texts.push("The image was analysed again");
  if (before.judged.findings === null && after.judged.findings !== null)
    texts.push("The packages were compared with the vulnerability database");
  if (before.judged.findings !== null && after.judged.findings === null)
    texts.push("Not all packages could be compared with the vulnerability database");
  const base = baseChange(before.base, after.base);
  if (base !== null) texts.push(base);
  // A statement of a VEX document suppresses without an exception.
  if (suppressedByStatements(before) !== suppressedByStatements(after))
    texts.push("VEX statements about its findings changed");
  const causes = texts.map((text) => untraced({ kind: "analysis", text }));
  return [...causes, ...movedBase(before.base, after.base)];
}

/** The same base, by the same evidence, whose tag names something else than at the verdict before. */
function movedBase(old: VerdictSnapshot["base"], now: VerdictSnapshot["base"]): readonly TracedCause[] {
  if (old === null || now === null || baseChange(old, now) !== null) return [];
  const [from, to] = [old.currentDigest, now.currentDigest];
  if (from === to) return [];
  const base = printable(now.tag === null ? now.name : `${now.name}:${now.tag}`, 300);
  const text = `The base image ${base} has moved on`;
  return [untraced({ kind: "base", text, base, from, to })];
}

function baseChange(old: VerdictSnapshot["base"], now: VerdictSnapshot["base"]): string | null {
  if (now === null) return old === null ? null : "The base image is not known any more";
  const name = printable(now.tag === null ? now.name : `${now.name}:${now.tag}`, 300);
  if (old === null || (old.evidence === "claimed" && now.evidence !== "claimed")) {
    return `The base image is known: ${name} (${now.evidence})`;
  }
  const isSame = old.name === now.name && old.tag === now.tag && old.digest === now.digest;
  if (!isSame || old.evidence !== now.evidence) return `The base image is ${name} now (${now.evidence})`;
  return null;
}

function suppressedByStatements({ judged }: VerdictSnapshot): string {
  const findings = judged.findings ?? [];
  return findings
    .filter(({ suppressed, exception }) => suppressed && exception === null)
    .map(({ purl, vulnerability }) => `${purl} ${vulnerability}`)
    .join("\n");
}
