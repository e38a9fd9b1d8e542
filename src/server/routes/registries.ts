/** Registries of an organisation: connected, changed and removed. Passwords go in and never come out. */
import { z } from "zod";
import { uuid } from "../../api/rest/fields.ts";
import { registryChange, registryList, registryRequest, registryView } from "../../api/rest/registries.ts";
import {
  hookKeyView,
  listedPage,
  listedQuery,
  queuedAnswer,
  registryKindList,
  switchAnswer,
  switchRequest,
} from "../../api/rest/registry-lists.ts";
import { registryKinds } from "../../registries/kinds.ts";
import { inOrg } from "../../store/in-org.ts";
import { listRegistries } from "../../store/stores/registries.ts";
import { listListed } from "../../store/views/listed-repositories.ts";
import { askRegistry, makeHookKey, switchByPattern } from "../registry-lists.ts";
import { getRegistry } from "../registry-rows.ts";
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
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/registry-kinds",
      permission: "read",
      summary: "Products of registries, and how each tells of pushes",
      tag: "Registries",
      response: registryKindList,
    },
    () =>
      Promise.resolve({
        kinds: registryKinds.map(({ id, title, status, setup, proof, listing }) => ({
          id,
          title,
          status,
          setup,
          proof: proof.kind,
          lists: listing.kind !== "none",
        })),
      }),
  ),
  orgRoute(
    {
      ...changing,
      method: "get",
      path: "/orgs/{org}/registries/{registryId}/listed",
      summary: "Repositories that the registry listed last, by name",
      params,
      query: listedQuery,
      response: listedPage,
    },
    ({ org, caller, now, params: { registryId }, query }, { store, queue, secrets }) =>
      inOrg(store, org.id, async (tx) => {
        const context = { tx, queue, secrets, orgId: org.id, caller, now };
        const { listed_at: at, list_failure: failure } = await getRegistry(context, registryId);
        const page = await listListed(tx, org.id, registryId, query);
        return { ...page, listedAt: at?.toISOString() ?? null, failure };
      }),
  ),
  ...(["list", "poll"] as const).map((word) =>
    orgRoute(
      {
        ...changing,
        method: "post",
        path: `/orgs/{org}/registries/{registryId}/${word}`,
        summary:
          word === "list"
            ? "Have a worker ask which repositories the registry has"
            : "Have a worker look at the tags of the registry's enabled repositories now",
        params,
        response: queuedAnswer,
        status: 202,
      },
      ({ org, caller, now, params: { registryId } }, { store, queue, secrets }) =>
        inOrg(store, org.id, async (tx) => ({
          queued: await askRegistry(
            { tx, queue, secrets, orgId: org.id, caller, now },
            registryId,
            `${word}-registry`,
          ),
        })),
    ),
  ),
  orgRoute(
    {
      ...changing,
      method: "post",
      path: "/orgs/{org}/registries/{registryId}/switch",
      summary: "Enable or disable all repositories of the registry that fit a pattern",
      params,
      body: switchRequest,
      response: switchAnswer,
    },
    ({ org, caller, now, params: { registryId }, body }, { store, queue, secrets }) =>
      inOrg(store, org.id, (tx) =>
        switchByPattern({ tx, queue, secrets, orgId: org.id, caller, now }, registryId, body),
      ),
  ),
  orgRoute(
    {
      ...changing,
      method: "post",
      path: "/orgs/{org}/registries/{registryId}/key",
      summary:
        "Make the key that the registry's notifications are proved by; the old one proves nothing more",
      params,
      response: hookKeyView,
    },
    ({ org, caller, now, params: { registryId } }, { store, queue, secrets }) =>
      inOrg(store, org.id, (tx) =>
        makeHookKey({ tx, queue, secrets, orgId: org.id, caller, now }, org, registryId),
      ),
  ),
];
