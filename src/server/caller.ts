/** Who is asking: found once at the door, from a session's cookie or a token. */
import type { Role, Scope } from "../domain/roles.ts";

export type Caller =
  | { readonly kind: "anonymous" }
  | AccountCaller
  | {
      /** A token of an organisation: CI, a registry's webhook, a cluster. */
      readonly kind: "service";
      readonly tokenId: string;
      readonly name: string;
      readonly orgId: string;
      readonly scopes: readonly Scope[];
    };

export interface AccountCaller {
  readonly kind: "account";
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly isAdministrator: boolean;
  /** `session`: a browser's cookie, so changes need the CSRF token; `token`: a personal token. */
  readonly via: "session" | "token";
  /** Scopes that narrow a personal token; empty: all that the account may. */
  readonly scopes: readonly Scope[];
}

/** The organisation of the address, as this caller may see it. */
export interface OrgScope {
  readonly id: string;
  readonly name: string;
  /** Null for service tokens. */
  readonly role: Role | null;
}

/** Name for events and the audit log. */
export function callerName(caller: Caller): string {
  return caller.kind === "anonymous" ? "anonymous" : caller.name;
}
