/** Providers of sign-in, for administrators; and which of their groups has which role, for owners of an organisation. */
import { z } from "zod";
import {
  groupRoleList,
  groupRoleRequest,
  providerList,
  providerName,
  providerRequest,
  providerView,
} from "../../api/rest/sign-in.ts";
import type { Role } from "../../domain/roles.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { inOrg } from "../../store/in-org.ts";
import { recordAudit } from "../../store/stores/audit.ts";
import { listGroupRoles, replaceGroupRoles } from "../../store/stores/group-roles.ts";
import { listProviders } from "../../store/stores/sign-in-providers.ts";
import { putProvider, removeProvider, viewProvider } from "../auth/sign-in-providers.ts";
import { callerActor } from "../caller.ts";
import { RequestInvalidError } from "../problem.ts";
import { orgRoute, route, type Route } from "../route.ts";

const installed = { permission: "manage-installation", tag: "Sign-in" } as const;
const owned = { permission: "manage-members", tag: "Sign-in" } as const;
const params = z.object({ provider: providerName });

export const signInProviderRoutes: readonly Route[] = [
  route(
    {
      ...installed,
      method: "get",
      path: "/sign-in-providers",
      summary: "Providers of sign-in, without their secrets",
      response: providerList,
    },
    async (_call, { store, publicUrl }) => ({
      providers: (await listProviders(store.app)).map((provider) => viewProvider(provider, publicUrl)),
    }),
  ),
  route(
    {
      ...installed,
      method: "put",
      path: "/sign-in-providers/{provider}",
      summary:
        "Make a provider of sign-in, or write over it; switching it off ends the sessions of its people",
      params,
      body: providerRequest,
      response: providerView,
    },
    async ({ caller, params: { provider: name }, body: wanted, now }, parts) => {
      const change = { name, wanted, actor: callerActor(caller), now };
      return viewProvider(await putProvider(parts, change), parts.publicUrl);
    },
  ),
  route(
    {
      ...installed,
      method: "delete",
      path: "/sign-in-providers/{provider}",
      summary:
        "Remove a provider of sign-in; sessions of its people end, and tokens of those who have no other way in",
      params,
      response: null,
    },
    ({ caller, params: { provider: name }, now }, { store }) =>
      removeProvider(store, { name, actor: callerActor(caller), now }),
  ),
  orgRoute(
    {
      ...owned,
      method: "get",
      path: "/orgs/{org}/group-roles",
      summary: "Which groups of sign-in providers have which role",
      response: groupRoleList,
    },
    ({ org }, { store }) => inOrg(store, org.id, async (tx) => ({ roles: await listGroupRoles(tx, org.id) })),
  ),
  orgRoute(
    {
      ...owned,
      method: "put",
      path: "/orgs/{org}/group-roles",
      summary: "Say which groups have which role, in place of what was said; it counts from the next sign-in",
      body: groupRoleRequest,
      response: groupRoleList,
    },
    ({ org, caller, body }, { store }) =>
      inOrg(store, org.id, async (tx) => {
        const before = await listGroupRoles(tx, org.id);
        await replaceGroupRoles(tx, org.id, await withIds(tx, body.roles));
        const after = await listGroupRoles(tx, org.id);
        const change = { action: "group-roles.changed", target: org.name, before, after };
        await recordAudit(tx, { orgId: org.id, actor: callerActor(caller), ...change });
        return { roles: after };
      }),
  ),
];

interface Asked {
  readonly provider: string;
  readonly group: string;
  readonly role: Role;
}

/** @throws RequestInvalidError for a provider that is not there, and for a group that is named twice */
async function withIds(
  tx: StoreTransaction,
  asked: readonly Asked[],
): Promise<{ providerId: string; group: string; role: Role }[]> {
  const ids = new Map((await listProviders(tx)).map(({ name, id }) => [name, id]));
  const seen = new Set<string>();
  return asked.map(({ provider, group, role }, at) => {
    const providerId = ids.get(provider);
    const key = JSON.stringify([provider, group]);
    const wrong =
      providerId === undefined
        ? "there is no such provider"
        : seen.has(key)
          ? "the group is named twice"
          : null;
    if (providerId === undefined || wrong !== null) {
      throw new RequestInvalidError("The list of groups is not valid.", [
        { path: `roles.${at}`, message: wrong ?? "" },
      ]);
    }
    seen.add(key);
    return { providerId, group, role };
  });
}
