/** Registries of an organisation: connected, changed and removed. Passwords go in and never come out. */
import { z } from "zod";
import { uuid } from "../../api/rest/fields.ts";
import { registryChange, registryList, registryRequest, registryView } from "../../api/rest/registries.ts";
import { inOrg } from "../../store/in-org.ts";
import { listRegistries } from "../../store/stores/registries.ts";
import { addRegistry, editRegistry, removeRegistry, viewRegistry } from "../registry-changes.ts";
import { orgRoute, type Route } from "../route.ts";

const changing = { permission: "manage-repositories", tag: "Registries" } as const;
const params = z.object({ registryId: uuid });

export const registryRoutes: readonly Route[] = [
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/registries",
      permission: "read",
      summary: "Registries, by host",
      tag: "Registries",
      response: registryList,
    },
    ({ org }, { store }) =>
      inOrg(store, org.id, async (tx) => ({
        registries: (await listRegistries(tx, org.id)).map((row) => viewRegistry(row, org)),
      })),
  ),
  orgRoute(
    {
      ...changing,
      method: "post",
      path: "/orgs/{org}/registries",
      summary: "Connect a registry",
      body: registryRequest,
      response: registryView,
      status: 201,
      problems: ["CONFLICT", "REFERENCE_INVALID"],
    },
    ({ org, caller, now, body }, { store, queue, secrets }) =>
      inOrg(store, org.id, async (tx) =>
        viewRegistry(await addRegistry({ tx, queue, secrets, orgId: org.id, caller, now }, body), org),
      ),
  ),
  orgRoute(
    {
      ...changing,
      method: "patch",
      path: "/orgs/{org}/registries/{registryId}",
      summary: "Change how a registry is spoken to",
      params,
      body: registryChange,
      response: registryView,
    },
    ({ org, caller, now, params: { registryId }, body }, { store, queue, secrets }) =>
      inOrg(store, org.id, async (tx) => {
        const context = { tx, queue, secrets, orgId: org.id, caller, now };
        return viewRegistry(await editRegistry(context, registryId, body), org);
      }),
  ),
  orgRoute(
    {
      ...changing,
      method: "delete",
      path: "/orgs/{org}/registries/{registryId}",
      summary: "Remove a registry with its repositories; what is known of their images stays",
      params,
      response: null,
    },
    ({ org, caller, now, params: { registryId } }, { store, queue, secrets }) =>
      inOrg(store, org.id, (tx) =>
        removeRegistry({ tx, queue, secrets, orgId: org.id, caller, now }, registryId),
      ),
  ),
];
