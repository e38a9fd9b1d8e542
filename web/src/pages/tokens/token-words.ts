/** Words of tokens: what each scope allows, how long a token lasts. */
import type { TokenView } from "../../../../src/api/rest/session.ts";

export type Scope = TokenView["scopes"][number];

/** What a token with this scope may do. */
export const scopeWords: Readonly<Record<Scope, string>> = {
  read: "Read results, policies and SBOMs; check local images",
  analyse: "Ask for analyses; tell of pushes",
  environment: "Record images into environments",
  gate: "Ask whether an image may be deployed",
  submit: "Submit to the hardened repository",
  metrics: "Read metrics of the installation",
};

/** Those with which a service can do something. */
export const serviceScopes: readonly Scope[] = ["read", "analyse", "environment", "gate"];
/** Those that narrow what an account may do. */
export const personalScopes: readonly Scope[] = ["read", "analyse", "environment"];

export type Lifetime = "30" | "90" | "365" | "never";

export const lifetimes: readonly { readonly value: Lifetime; readonly label: string }[] = [
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "never", label: "Never" },
];

/** What is sent: days, or null for a token without an end. */
export function daysOf(lifetime: Lifetime): number | null {
  return lifetime === "never" ? null : Number(lifetime);
}

/** Whether it has ended at `now`. */
export function hasExpired({ expiresAt }: Pick<TokenView, "expiresAt">, now: Date): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= now.getTime();
}
