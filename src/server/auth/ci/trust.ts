/** Trust rules: whether one says enough to be safe, and whether a token's claims fit it. */
import { matchesWildcard } from "../../../domain/wildcard.ts";
import type { FieldProblem } from "../../problem.ts";

type ClaimPatterns = Readonly<Record<string, readonly string[]>>;

/**
 * Issuers that everybody has tokens of: a rule for one of them must say whose. The claims that do, with the form that a pattern must
 * begin with: a whole name and a separator, or no star at all, so that `acme*` does not let `acme-evil` in.
 */
const sharedIssuers: Readonly<Record<string, readonly string[]>> = {
  "https://token.actions.githubusercontent.com": [
    "sub",
    "repository",
    "repository_owner",
    "repository_id",
    "repository_owner_id",
    "job_workflow_ref",
  ],
  "https://gitlab.com": ["sub", "project_path", "project_id", "namespace_path", "namespace_id"],
  "https://agent.buildkite.com": ["sub", "organization_slug", "organization_id"],
};

/** What is wrong with the claims of a rule; empty: nothing. */
export function checkClaims(issuer: string, claims: ClaimPatterns): readonly FieldProblem[] {
  const entries = Object.entries(claims);
  const empty = entries.find(([, patterns]) => patterns.some((pattern) => /^\**$/.test(pattern)));
  if (empty !== undefined) return [{ path: `claims.${empty[0]}`, message: "a star alone says nothing" }];
  if (entries.length === 0) return [{ path: "claims", message: "name at least one claim" }];
  const owners = sharedIssuers[issuer.replace(/\/$/, "")];
  if (owners === undefined || entries.some((entry) => owners.includes(entry[0]) && namesOwner(entry)))
    return [];
  const message = `everybody has tokens of this issuer: say whose by ${owners.join(", ")}, such as acme/* for a repository`;
  return [{ path: "claims", message }];
}

function namesOwner([claim, patterns]: readonly [string, readonly string[]]): boolean {
  const begins = claim === "sub" ? /^[^:*]+:[^:/*]+[:/]/ : /^[^/*]+\//;
  return patterns.every((pattern) => !pattern.includes("*") || begins.test(pattern));
}

/** Whether each claim of the rule is among the token's and fits one of its patterns. */
export function fitsClaims(rule: ClaimPatterns, claims: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(rule).every(([claim, patterns]) => {
    const values = Object.hasOwn(claims, claim) ? textsOf(claims[claim]) : [];
    return values.some((value) => patterns.some((pattern) => matchesWildcard(pattern, value)));
  });
}

/** A list fits when one of it does. */
function textsOf(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? (value as readonly unknown[]).slice(0, VALUES_MAX) : [value];
  return list.flatMap((entry) => {
    if (typeof entry === "string") return entry.length <= VALUE_LENGTH_MAX ? [entry] : [];
    return typeof entry === "number" || typeof entry === "boolean" ? [String(entry)] : [];
  });
}

const VALUES_MAX = 100;
const VALUE_LENGTH_MAX = 2000;
