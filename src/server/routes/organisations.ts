/** Organisations: those of the caller, and new ones. */
import { randomUUID } from "node:crypto";
import { organisationList, organisationRequest, organisationView } from "../../api/rest/organisations.ts";
import { PlimsollError } from "../../domain/error.ts";
import { builtInPolicies } from "../../policies/definitions.ts";
import { inOrg, outsideOrg } from "../../store/in-org.ts";
import { recordAudit } from "../../store/stores/audit.ts";
import { insertMember, listMemberships } from "../../store/stores/members.ts";
import { insertOrganisation } from "../../store/stores/organisations.ts";
import { seedPolicies } from "../../store/stores/policies.ts";
import { accountOf, callerActor } from "../caller.ts";
import { route, type Route } from "../route.ts";

export const organisationRoutes: readonly Route[] = [
  route(
    {
      method: "get",
      path: "/orgs",
      permission: "signed-in",
      summary: "Organisations of the caller",
      tag: "Organisations",
      response: organisationList,
    },
    async ({ caller }, { store }) => {
      const { id: accountId } = accountOf(caller);
      const own = await outsideOrg(store, (tx) => listMemberships(tx, accountId), { accountId });
      return { organisations: own.map(({ name, role, createdAt }) => ({ name, role, createdAt })) };
    },
  ),
  route(
    {
      method: "post",
      path: "/orgs",
      permission: "manage-installation",
      summary: "Make an organisation with its first policies; the caller becomes its owner",
      tag: "Organisations",
      body: organisationRequest,
      response: organisationView,
      status: 201,
      problems: ["CONFLICT"],
    },
    ({ caller, body }, { store }) => {
      const { id: accountId, name: by } = accountOf(caller);
      const orgId = randomUUID();
      return inOrg(store, orgId, async (tx) => {
        const made = await insertOrganisation(tx, { id: orgId, name: body.name });
        if (made === null) {
          throw new PlimsollError("CONFLICT", "There is an organisation of this name already.");
        }
        await insertMember(tx, { orgId, accountId, role: "owner" });
        await seedPolicies(tx, orgId, by, builtInPolicies);
        const change = { action: "organisation.created", target: made.name, before: null };
        const after = { owner: by, policies: builtInPolicies.map(({ id }) => id) };
        await recordAudit(tx, { orgId, actor: callerActor(caller), ...change, after });
        return { name: made.name, role: "owner" as const, createdAt: made.createdAt };
      });
    },
  ),
];
