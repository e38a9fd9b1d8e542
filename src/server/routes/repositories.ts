/** Repositories: which of them are analysed. */
import { z } from "zod";
import { uuid } from "../../api/rest/fields.ts";
import {
  repositoryChange,
  repositoryPage,
  repositoryQuery,
  repositoryRequest,
  repositoryView,
} from "../../api/rest/registries.ts";
import { backfillRequest } from "../../api/rest/registry-lists.ts";
import { inOrg } from "../../store/in-org.ts";
import { listRepositories } from "../../store/views/repositories.ts";
import { addRepository, switchRepository } from "../registry-changes.ts";
import { askBackfill } from "../registry-lists.ts";
import { orgRoute, type Route } from "../route.ts";

const changing = { permission: "manage-repositories", tag: "Repositories" } as const;

export const repositoryRoutes: readonly Route[] = [
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/repositories",
      permission: "read",
      summary: "Repositories that are or were analysed, by name",
      tag: "Repositories",
      query: repositoryQuery,
      response: repositoryPage,
    },
    ({ org, query: { enabled, ...query } }, { store }) =>
      inOrg(store, org.id, (tx) =>
        listRepositories(tx, org.id, {
          ...query,
          enabled: enabled === undefined ? undefined : enabled === "true",
        }),
      ),
  ),
  orgRoute(
    {
      ...changing,
      method: "post",
      path: "/orgs/{org}/repositories",
      summary: "Enable a repository by name: what is pushed to it from now on is analysed",
      body: repositoryRequest,
      response: repositoryView,
      status: 201,
      problems: ["REGISTRY_UNKNOWN", "REGISTRY_AMBIGUOUS", "REFERENCE_INVALID"],
    },
    ({ org, caller, now, body }, { store, queue, secrets }) =>
      inOrg(store, org.id, (tx) => addRepository({ tx, queue, secrets, orgId: org.id, caller, now }, body)),
  ),
  orgRoute(
    {
      ...changing,
      method: "patch",
      path: "/orgs/{org}/repositories/{repositoryId}",
      summary: "Enable or disable a repository; what is known of it stays",
      params: z.object({ repositoryId: uuid }),
      body: repositoryChange,
      response: repositoryView,
    },
    ({ org, caller, now, params: { repositoryId }, body: { enabled } }, { store, queue, secrets }) =>
      inOrg(store, org.id, (tx) =>
        switchRepository({ tx, queue, secrets, orgId: org.id, caller, now }, repositoryId, enabled),
      ),
  ),
  orgRoute(
    {
      ...changing,
      method: "post",
      path: "/orgs/{org}/repositories/{repositoryId}/backfill",
      summary: "Have the newest tags that are there already analysed",
      params: z.object({ repositoryId: uuid }),
      body: backfillRequest,
      response: null,
    },
    ({ org, caller, now, params: { repositoryId }, body: { tagsMax } }, { store, queue, secrets }) =>
      inOrg(store, org.id, (tx) =>
        askBackfill({ tx, queue, secrets, orgId: org.id, caller, now }, repositoryId, tagsMax),
      ),
  ),
];
