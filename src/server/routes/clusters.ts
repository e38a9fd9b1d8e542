/** Clusters that ask before they run something, and the reviews that they send. */
import { z } from "zod";
import {
  admissionAnswer,
  admissionReview,
  clusterChange,
  clusterList,
  clusterRequest,
  clusterView,
  type ClusterView,
} from "../../api/rest/clusters.ts";
import { uuid } from "../../api/rest/fields.ts";
import { inOrg } from "../../store/in-org.ts";
import { listClusters, type Cluster } from "../../store/stores/clusters.ts";
import type { OrgScope } from "../caller.ts";
import { addCluster, editCluster, removeCluster } from "../gate/cluster-changes.ts";
import { review } from "../gate/review.ts";
import { orgRoute, type Route } from "../route.ts";

const managing = { permission: "manage-gates", tag: "Clusters" } as const;
const params = z.object({ clusterId: uuid });

export const clusterRoutes: readonly Route[] = [
  orgRoute(
    {
      ...managing,
      method: "get",
      path: "/orgs/{org}/clusters",
      permission: "read",
      summary: "Clusters that ask the gate, by name",
      response: clusterList,
    },
    ({ org }, { store }) =>
      inOrg(store, org.id, async (tx) => ({
        clusters: (await listClusters(tx, org.id)).map((cluster) => viewCluster(org, cluster)),
      })),
  ),
  orgRoute(
    {
      ...managing,
      method: "post",
      path: "/orgs/{org}/clusters",
      summary: "Add a cluster",
      body: clusterRequest,
      response: clusterView,
      status: 201,
      problems: ["CONFLICT"],
    },
    ({ org, caller, body }, { store }) =>
      inOrg(store, org.id, async (tx) =>
        viewCluster(org, await addCluster({ tx, orgId: org.id, caller }, body)),
      ),
  ),
  orgRoute(
    {
      ...managing,
      method: "put",
      path: "/orgs/{org}/clusters/{clusterId}",
      summary: "Change how a cluster is judged; what is left out has its default",
      params,
      body: clusterChange,
      response: clusterView,
    },
    ({ org, caller, params: { clusterId }, body }, { store }) =>
      inOrg(store, org.id, async (tx) =>
        viewCluster(org, await editCluster({ tx, orgId: org.id, caller }, clusterId, body)),
      ),
  ),
  orgRoute(
    {
      ...managing,
      method: "delete",
      path: "/orgs/{org}/clusters/{clusterId}",
      summary: "Delete a cluster and what was admitted into it",
      params,
      response: null,
    },
    ({ org, caller, params: { clusterId } }, { store }) =>
      inOrg(store, org.id, (tx) => removeCluster({ tx, orgId: org.id, caller }, clusterId)),
  ),
  orgRoute(
    {
      ...managing,
      method: "post",
      path: "/orgs/{org}/clusters/{clusterId}/admission",
      permission: "gate-decision",
      summary:
        "Answer an AdmissionReview of Kubernetes: whether a pod, or a workload that makes pods, may run",
      params,
      body: admissionReview,
      // An object has at most 1.5 MiB in Kubernetes, and an update brings the old one too.
      bodyBytesMax: 8 * 1024 * 1024,
      response: admissionAnswer,
    },
    ({ org, caller, now, params: { clusterId }, body: { request } }, parts) =>
      review(parts, { org, caller, clusterId, request, now }),
  ),
];

function viewCluster(org: OrgScope, { id, name, createdAt, ...rules }: Cluster): ClusterView {
  return {
    id,
    name,
    ...rules,
    namespaces: [...rules.namespaces],
    exemptNamespaces: [...rules.exemptNamespaces],
    breakGlassGroups: [...rules.breakGlassGroups],
    createdAt: createdAt.toISOString(),
    reviewPath: `/api/v1/orgs/${org.name}/clusters/${id}/admission`,
  };
}
