/** Policies: made, changed, switched off and deleted, and what they say of the images that count. */
import { z } from "zod";
import { uuid } from "../../api/rest/fields.ts";
import {
  policyChange,
  policyEnabledRequest,
  policyList,
  policyRequest,
  policyResultPage,
  policyResultQuery,
  policyVersionList,
  policyView,
  type PolicyImageResultView,
  type PolicyVersionView,
  type PolicyView,
} from "../../api/rest/policies.ts";
import { PlimsollError } from "../../domain/error.ts";
import { policyTypes } from "../../policies/policy-types.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { inOrg } from "../../store/in-org.ts";
import {
  findPolicy,
  listPolicies,
  listPolicyVersions,
  type PolicyRow,
  type PolicyVersionRow,
} from "../../store/views/policies.ts";
import { listPolicyResults, type PolicyResultRow } from "../../store/views/policy-results.ts";
import { createPolicy, editPolicy, removePolicy, switchPolicy } from "../policy-changes.ts";
import { orgRoute, type Route } from "../route.ts";

const reading = { method: "get", permission: "read", tag: "Policies" } as const;
const changing = { permission: "manage-policies", tag: "Policies" } as const;
const params = z.object({ policyId: uuid });
const refusals = ["POLICY_UNKNOWN", "POLICY_CONFIG_INVALID", "CONFLICT"] as const;

const readRoutes: readonly Route[] = [
  orgRoute(
    {
      ...reading,
      path: "/orgs/{org}/policies",
      summary: "Policies, each with how many of the images that count meet it",
      response: policyList,
    },
    ({ org }, { store }) =>
      inOrg(store, org.id, async (tx) => ({ policies: (await listPolicies(tx, org.id)).map(viewPolicy) })),
  ),
  orgRoute(
    {
      ...reading,
      path: "/orgs/{org}/policies/{policyId}",
      summary: "One policy",
      params,
      response: policyView,
    },
    ({ org, params: { policyId } }, { store }) =>
      inOrg(store, org.id, (tx) => getPolicyView(tx, org.id, policyId)),
  ),
  orgRoute(
    {
      ...reading,
      path: "/orgs/{org}/policies/{policyId}/versions",
      summary: "Versions of a policy, the newest first; of a deleted one too",
      params,
      response: policyVersionList,
    },
    ({ org, params: { policyId } }, { store }) =>
      inOrg(store, org.id, async (tx) => {
        const versions = await listPolicyVersions(tx, org.id, policyId);
        if (versions.length === 0) throw new PlimsollError("NOT_FOUND", "There is no such policy.");
        return { versions: versions.map(viewVersion) };
      }),
  ),
  orgRoute(
    {
      ...reading,
      path: "/orgs/{org}/policies/{policyId}/results",
      summary: "What a policy says of the images that count: violations, then unknown, then met",
      params,
      query: policyResultQuery,
      response: policyResultPage,
    },
    ({ org, params: { policyId }, query }, { store }) =>
      inOrg(store, org.id, async (tx) => {
        await getPolicyView(tx, org.id, policyId);
        const page = await listPolicyResults(tx, org.id, policyId, query);
        return { ...page, entries: page.entries.map(viewResult) };
      }),
  ),
];

const changeRoutes: readonly Route[] = [
  orgRoute(
    {
      ...changing,
      method: "post",
      path: "/orgs/{org}/policies",
      summary: "Make a policy of a type; there may be several of one type",
      body: policyRequest,
      response: policyView,
      status: 201,
      problems: refusals,
    },
    ({ org, caller, body: { type, ...content } }, { store, queue }) =>
      inOrg(store, org.id, async (tx) => {
        const id = await createPolicy({ tx, queue, orgId: org.id, caller }, type, content);
        return getPolicyView(tx, org.id, id);
      }),
  ),
  orgRoute(
    {
      ...changing,
      method: "put",
      path: "/orgs/{org}/policies/{policyId}",
      summary: "Change a policy; the version that was read goes with it",
      params,
      body: policyChange,
      response: policyView,
      problems: refusals,
    },
    ({ org, caller, params: { policyId }, body: { version, ...content } }, { store, queue }) =>
      inOrg(store, org.id, async (tx) => {
        await editPolicy({ tx, queue, orgId: org.id, caller }, policyId, version, content);
        return getPolicyView(tx, org.id, policyId);
      }),
  ),
  orgRoute(
    {
      ...changing,
      method: "patch",
      path: "/orgs/{org}/policies/{policyId}",
      summary: "Switch a policy on or off",
      params,
      body: policyEnabledRequest,
      response: policyView,
      problems: ["CONFLICT"],
    },
    ({ org, caller, params: { policyId }, body }, { store, queue }) =>
      inOrg(store, org.id, async (tx) => {
        await switchPolicy({ tx, queue, orgId: org.id, caller }, policyId, body.enabled);
        return getPolicyView(tx, org.id, policyId);
      }),
  ),
  orgRoute(
    {
      method: "delete",
      path: "/orgs/{org}/policies/{policyId}",
      permission: "delete-policies",
      summary: "Delete a policy; what it said stays in the history of images",
      tag: "Policies",
      params,
      response: null,
    },
    ({ org, caller, params: { policyId } }, { store, queue }) =>
      inOrg(store, org.id, (tx) => removePolicy({ tx, queue, orgId: org.id, caller }, policyId)),
  ),
];

export const policyRoutes: readonly Route[] = [...readRoutes, ...changeRoutes];

async function getPolicyView(tx: StoreTransaction, orgId: string, id: string): Promise<PolicyView> {
  const policy = await findPolicy(tx, orgId, id);
  if (policy === null) throw new PlimsollError("NOT_FOUND", "There is no such policy.");
  return viewPolicy(policy);
}

function viewPolicy({ preset: _preset, changedAt, scope, ...policy }: PolicyRow): PolicyView {
  return {
    ...policy,
    // A type that this version of the server does not know any more is shown by its id.
    typeTitle: policyTypes.find(({ id }) => id === policy.type)?.title ?? policy.type,
    scope: { repositories: [...scope.repositories], environments: [...scope.environments] },
    changedAt: changedAt.toISOString(),
  };
}

function viewVersion({
  repositories,
  environments,
  createdAt,
  ...version
}: PolicyVersionRow): PolicyVersionView {
  return {
    ...version,
    scope: { repositories: [...repositories], environments: [...environments] },
    createdAt: createdAt.toISOString(),
  };
}

function viewResult({ evaluatedAt, ...result }: PolicyResultRow): PolicyImageResultView {
  return { ...result, evaluatedAt: evaluatedAt.toISOString() };
}
