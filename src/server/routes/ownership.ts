/** Teams, owners of repositories and images, and findings with who looks after them. */
import { z } from "zod";
import { uuid } from "../../api/rest/fields.ts";
import {
  assignAnswer,
  assignRequest,
  findingListQuery,
  findingPage,
  ownerRequest,
  ownerView,
  teamList,
  teamMembersRequest,
  teamRequest,
  teamView,
} from "../../api/rest/ownership.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { inOrg } from "../../store/in-org.ts";
import { findOwnership, listTeams } from "../../store/stores/teams.ts";
import { listFindings } from "../../store/views/findings.ts";
import { addTeam, assign, fillTeam, giveTo, removeTeam } from "../ownership-changes.ts";
import { orgRoute, type Route } from "../route.ts";

const teams = { tag: "Teams" } as const;
const teamParams = z.object({ teamId: uuid });

const teamRoutes: readonly Route[] = [
  orgRoute(
    {
      ...teams,
      method: "get",
      path: "/orgs/{org}/teams",
      permission: "read",
      summary: "Teams, by name",
      response: teamList,
    },
    ({ org }, { store }) => inOrg(store, org.id, async (tx) => ({ teams: await listTeams(tx, org.id) })),
  ),
  orgRoute(
    {
      ...teams,
      method: "post",
      path: "/orgs/{org}/teams",
      permission: "manage-members",
      summary: "Create a team",
      body: teamRequest,
      response: teamView,
      status: 201,
      problems: ["CONFLICT"],
    },
    ({ org, caller, body: { name } }, { store }) =>
      inOrg(store, org.id, (tx) => addTeam({ tx, orgId: org.id, caller }, name)),
  ),
  orgRoute(
    {
      ...teams,
      method: "put",
      path: "/orgs/{org}/teams/{teamId}/members",
      permission: "manage-members",
      summary: "Say who is in a team",
      params: teamParams,
      body: teamMembersRequest,
      response: teamView,
    },
    ({ org, caller, params: { teamId }, body: { accounts } }, { store }) =>
      inOrg(store, org.id, (tx) => fillTeam({ tx, orgId: org.id, caller }, teamId, accounts)),
  ),
  orgRoute(
    {
      ...teams,
      method: "delete",
      path: "/orgs/{org}/teams/{teamId}",
      permission: "manage-members",
      summary: "Delete a team; what was the team's is nobody's then",
      params: teamParams,
      response: null,
    },
    ({ org, caller, params: { teamId } }, { store }) =>
      inOrg(store, org.id, (tx) => removeTeam({ tx, orgId: org.id, caller }, teamId)),
  ),
];

function ownerRoutes(kind: "repository" | "image", plural: string): readonly Route[] {
  const name = `${kind}Id`;
  const shared = {
    path: `/orgs/{org}/${plural}/{${name}}/owner`,
    params: z.object({ [name]: uuid }),
    response: ownerView,
  };
  const read = async (tx: StoreTransaction, orgId: string, id: string) => {
    const found = await findOwnership(tx, orgId, kind, id);
    if (found === null) throw new PlimsollError("NOT_FOUND", `There is no such ${kind}.`);
    return found;
  };
  return [
    orgRoute(
      { ...shared, ...teams, method: "get", permission: "read", summary: `Whose the ${kind} is` },
      ({ org, params: { [name]: id = "" } }, { store }) => inOrg(store, org.id, (tx) => read(tx, org.id, id)),
    ),
    orgRoute(
      {
        ...shared,
        ...teams,
        method: "put",
        permission: "manage-repositories",
        summary: `Say whose the ${kind} is: an account, a team, both or nobody`,
        body: ownerRequest,
      },
      ({ org, caller, params: { [name]: id = "" }, body }, { store }) =>
        inOrg(store, org.id, async (tx) => {
          await giveTo({ tx, orgId: org.id, caller }, { kind, id }, body);
          return read(tx, org.id, id);
        }),
    ),
  ];
}

const findingRoutes: readonly Route[] = [
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/findings",
      permission: "read",
      summary:
        "Findings in images that count, each once for a package, with who looks after it and since when it is there",
      tag: "Findings",
      query: findingListQuery,
      response: findingPage,
    },
    ({ org, query: { account, team, assigned, ...query } }, { store }) =>
      inOrg(
        store,
        org.id,
        async (tx) => {
          const isAssigned = assigned === undefined ? undefined : assigned === "true";
          const asked = { ...query, accountId: account, teamId: team, assigned: isAssigned };
          const { entries, next } = await listFindings(tx, org.id, asked);
          return {
            entries: entries.map((row) => ({
              ...row,
              firstSeenAt: row.firstSeenAt.toISOString(),
              assignedAt: row.assignedAt?.toISOString() ?? null,
            })),
            next,
          };
        },
        { readOnly: true },
      ),
  ),
  orgRoute(
    {
      method: "post",
      path: "/orgs/{org}/findings/assign",
      permission: "assign-findings",
      summary: "Assign many findings to an account, a team, both or nobody",
      tag: "Findings",
      body: assignRequest,
      bodyBytesMax: 2 * 1024 ** 2,
      response: assignAnswer,
    },
    ({ org, caller, now, body: { findings, accountId, teamId } }, { store }) =>
      inOrg(store, org.id, async (tx) => ({
        findingCount: await assign({ tx, orgId: org.id, caller, now }, findings, { accountId, teamId }),
      })),
  ),
];

export const ownershipRoutes: readonly Route[] = [
  ...teamRoutes,
  ...ownerRoutes("repository", "repositories"),
  ...ownerRoutes("image", "images"),
  ...findingRoutes,
];
