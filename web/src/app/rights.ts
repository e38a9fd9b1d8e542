/**
 * Which buttons a role sees. The server decides; this only spares people a refusal. `rights.test.ts` compares it with the
 * server's own table.
 */
import type { Role } from "../api/session.ts";

/** Roles, weakest first. */
const order: readonly Role[] = ["viewer", "developer", "editor", "security", "owner"];

/** Weakest role that may. */
const needed = {
  read: "viewer",
  download: "viewer",
  analyse: "developer",
  "request-exception": "developer",
  "decide-exception": "security",
  "manage-environments": "editor",
  "manage-repositories": "editor",
  "manage-policies": "security",
  "delete-policies": "owner",
  "own-notices": "viewer",
  "manage-webhooks": "editor",
  "manage-members": "owner",
  "own-tokens": "viewer",
  "read-audit": "security",
} as const satisfies Readonly<Record<string, Role>>;

export type Right = keyof typeof needed;

/** Whether a member with this role may. */
export function may(role: Role, right: Right): boolean {
  return order.indexOf(role) >= order.indexOf(needed[right]);
}

export const rights = Object.keys(needed) as readonly Right[];
export const rolesInOrder = order;
