/**
 * Names of what the query cache holds, so that an event can say what is out of date. Everything of an organisation starts with
 * `["org", name, noun]`; pages add what they asked for: `orgKey(org, "images", { q, status })`.
 */

export const nouns = [
  "overview",
  "images",
  "policies",
  "exceptions",
  "events",
  "notices",
  "registries",
  "repositories",
  "environments",
  "members",
  "tokens",
  "webhooks",
  "audit",
  "database",
] as const;
export type Noun = (typeof nouns)[number];

/** An event that touches `noun` makes every key below it out of date, whatever was asked. */
export function orgKey(org: string, noun: Noun, ...asked: readonly unknown[]): readonly unknown[] {
  return ["org", org, noun, ...asked];
}

/** Key of the session: who is asking, and in which organisations. */
export const sessionKey = ["session"] as const;

/** Key of the reader's own tokens, which belong to no organisation. */
export const ownTokensKey = ["own-tokens"] as const;

/** What an event of this kind makes out of date. A kind that is not known here: everything. */
export function nounsTouchedBy(kind: string): readonly Noun[] {
  const exact = touched[kind];
  return [...(exact ?? touched[kind.split(".")[0] ?? ""] ?? nouns), "events"];
}

const touched: Readonly<Record<string, readonly Noun[]>> = {
  image: ["images", "overview", "policies", "repositories", "environments"],
  "image.failed": ["images", "overview", "policies", "repositories", "notices"],
  verdict: ["images", "overview", "policies", "notices"],
  findings: ["images", "overview", "policies"],
  exception: ["exceptions", "images", "overview", "policies", "notices"],
  policy: ["policies", "images", "overview"],
  repository: ["repositories", "images", "overview", "policies"],
  registry: ["registries", "repositories"],
  environment: ["environments", "images", "overview", "policies"],
  gate: ["overview", "notices", "audit"],
  webhook: ["webhooks"],
  database: ["database", "overview", "images"],
};
