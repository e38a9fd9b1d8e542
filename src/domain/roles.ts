/**
 * Who may do what in an organisation: roles, scopes of service tokens, and the actions of the roles table
 * (docs/reference/roles.md, which a test compares with this one and drives every route with).
 */

/** Roles of a member, weakest first; each has the rights of those before it unless the table says otherwise. */
export const roles = ["viewer", "developer", "editor", "security", "owner"] as const;
export type Role = (typeof roles)[number];

/** Scopes of a service token. */
export const scopes = ["read", "analyse", "environment", "gate", "submit", "metrics"] as const;
export type Scope = (typeof scopes)[number];

interface ActionRow {
  /** Members who may. */
  readonly roles: readonly Role[];
  /** Whether the operator of the installation may, who is no member by that. */
  readonly administrator: boolean;
  /** Scope with which a service token may; null: no service token may. */
  readonly scope: Scope | null;
}

function row(from: Role | null, scope: Scope | null = null, administrator = false): ActionRow {
  return { roles: from === null ? [] : roles.slice(roles.indexOf(from)), scope, administrator };
}

/** One row an action; the keys are the first column of docs/reference/roles.md. */
export const actions = {
  read: row("viewer", "read"),
  download: row("viewer", "read"),
  analyse: row("developer", "analyse"),
  "check-local": row("viewer", "read"),
  "request-exception": row("developer"),
  "assign-findings": row("developer"),
  "decide-exception": row("security"),
  "record-environment": row("developer", "environment"),
  "manage-environments": row("editor"),
  "manage-repositories": row("editor"),
  "manage-policies": row("security"),
  "delete-policies": row("owner"),
  "own-notices": row("viewer"),
  "manage-webhooks": row("editor"),
  "manage-members": row("owner"),
  "own-tokens": row("viewer", null, true),
  "read-audit": row("security"),
  "gate-decision": row(null, "gate"),
  "sign-verdict": row("security", "gate"),
  "manage-gates": row("owner"),
  "manage-installation": row(null, null, true),
  "read-installation-metrics": row(null, "metrics", true),
} as const satisfies Readonly<Record<string, ActionRow>>;

export type Action = keyof typeof actions;

/** Whether a member with this role may. */
export function roleMay(role: Role, action: Action): boolean {
  return (actions[action].roles as readonly Role[]).includes(role);
}

/** Whether a service token with these scopes may. */
export function scopesMay(granted: readonly string[], action: Action): boolean {
  const { scope } = actions[action];
  return scope !== null && granted.includes(scope);
}
