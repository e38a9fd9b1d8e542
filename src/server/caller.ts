/** Who is asking: found once at the door, from a session's cookie or a token. */
import type { Role, Scope } from "../domain/roles.ts";
import type { AuditActor } from "../store/stores/audit.ts";

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
  /** The browser's session; null with a token. */
  readonly session: { readonly idHash: Buffer; readonly csrfToken: string } | null;
  /** Scopes that narrow a personal token; empty: all that the account may. */
  readonly scopes: readonly Scope[];
}

/** The organisation of the address, as this caller may see it. */
export interface OrgScope {
  readonly id: string;
  readonly name: string;
  /** Null for service tokens, and for an administrator who is no member. */
  readonly role: Role | null;
}

/** Name for events and the audit log. */
export function callerName(caller: Caller): string {
  return caller.kind === "anonymous" ? "anonymous" : caller.name;
}

/** The caller as the audit log names it. */
export function callerActor(caller: Caller): AuditActor {
  const name = callerName(caller);
  if (caller.kind === "account") return { kind: "account", id: caller.id, name };
  if (caller.kind === "service") return { kind: "token", id: caller.tokenId, name };
  return { kind: "system", id: null, name };
}

/** The account that asks, of a route that only accounts reach. @throws TypeError when the route let somebody else in */
export function accountOf(caller: Caller): AccountCaller {
  if (caller.kind !== "account") throw new TypeError("a route for accounts was reached by another caller");
  return caller;
}
