/**
 * Packages of a language whose files a package of the distribution owns. What the distribution says of the owner has the word: it
 * mends without changing the version that the language sees. Where it says nothing of a vulnerability, nobody can tell.
 */
import type { AdvisoryHead } from "../domain/advisory.ts";
import { printable } from "../domain/problem.ts";
import { idsOf, type AdvisoriesByKey, type Claim, type MatchSubject } from "./claim.ts";
import type { Vulnerability } from "./vulnerabilities.ts";

/**
 * The test of a vulnerability for a word of the distribution about the owner, be it yes, no or "under investigation"; null for a
 * package that nobody owns.
 */
export function statementTest(
  { owner }: MatchSubject,
  advisories: AdvisoriesByKey<AdvisoryHead>,
): ((vulnerability: Vulnerability<AdvisoryHead>) => boolean) | null {
  if (owner === undefined) return null;
  const told = owner.keys.flatMap(({ space, name }) => advisories.get(`${space}\n${name}`) ?? []);
  const ids = new Set(told.flatMap(idsOf));
  return ({ id, aliases }) => ids.has(id) || aliases.some((alias) => ids.has(alias));
}

/** What an advisory of the language says of an owned package, where the distribution says nothing. */
export function doubted(claim: Claim, owner: string): Claim {
  const { judgement } = claim;
  if (judgement.state === "unaffected") return claim;
  const said = judgement.state === "affected" ? judgement.comparison : judgement.reason;
  const reason = `${said}, but it belongs to ${printable(owner, 300)}, and the distribution says nothing of this vulnerability there: it may have mended it`;
  return { ...claim, judgement: { state: "undetermined", reason, about: "package" } };
}
