/** Words of roles: what each may, besides what those before it may. */
import type { Role } from "../../api/session.ts";
import { rolesInOrder } from "../../app/rights.ts";

export const roleWords: Readonly<Record<Role, string>> = {
  viewer: "Sees images, findings, policies and exceptions.",
  developer: "Also asks for exceptions and analyses, and records images into environments.",
  editor: "Also connects registries, enables repositories and sets up webhooks.",
  security: "Also edits policies, decides on exceptions, and reads the audit log.",
  owner: "Also manages members and service tokens, and deletes policies.",
};

export const roleOptions: readonly { readonly value: Role; readonly label: string }[] = rolesInOrder.map(
  (role) => ({ value: role, label: role.charAt(0).toUpperCase() + role.slice(1) }),
);

/** An organisation always has an owner: the only one can neither go nor become something else. */
export function isOnlyOwner(
  member: { readonly accountId: string; readonly role: Role },
  members: readonly { readonly role: Role }[],
): boolean {
  return member.role === "owner" && members.filter(({ role }) => role === "owner").length === 1;
}
