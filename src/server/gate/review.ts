/** A review of Kubernetes from request to answer: the cluster's rules, the gate, what is kept of it. */
import type { AdmissionAnswer, AdmissionRequest } from "../../api/rest/clusters.ts";
import { inOrg } from "../../store/in-org.ts";
import { findAdmitted, type Cluster } from "../../store/stores/clusters.ts";
import type { Caller, OrgScope } from "../caller.ts";
import type { ServerParts } from "../parts.ts";
import { admit, type AdmissionPorts } from "./admission.ts";
import { answerReview } from "./admission-answer.ts";
import { recordAdmission, runsSince } from "./admission-record.ts";
import { askGate } from "./ask.ts";
import { getCluster } from "./cluster-changes.ts";

export interface ReviewCall {
  readonly org: OrgScope;
  readonly caller: Caller;
  readonly clusterId: string;
  readonly request: AdmissionRequest;
  readonly now: Date;
}

/** @throws PlimsollError NOT_FOUND for an unknown cluster; as the store, and then the cluster's own `failurePolicy` decides */
export async function review(parts: ServerParts, call: ReviewCall): Promise<AdmissionAnswer> {
  const { org, caller, clusterId, request, now } = call;
  const cluster = await inOrg(parts.store, org.id, (tx) => getCluster(tx, org.id, clusterId));
  const admission = await admit(cluster, request, portsOf(parts, call, cluster));
  await recordAdmission(parts, { orgId: org.id, caller, cluster, request, admission, now });
  return answerReview(request.uid, cluster, admission, parts.publicUrl);
}

function portsOf(parts: ServerParts, { org, request, now }: ReviewCall, cluster: Cluster): AdmissionPorts {
  const environment = cluster.environment ?? undefined;
  const place = { orgId: org.id, clusterId: cluster.id, namespace: request.namespace ?? "" };
  return {
    ask: async (asked) => (await askGate(parts, org, { ...asked, environment }, now)).answer,
    findAdmitted: async (known) => {
      const since = runsSince(now);
      const found = await inOrg(parts.store, org.id, (tx) => findAdmitted(tx, place, known, since));
      if (found === null) return "no";
      const brokeAt = found.brokeGlassAt?.getTime() ?? -Infinity;
      return brokeAt > now.getTime() - GLASS_MS ? "glass-broken" : "admitted";
    },
  };
}

/** So long are pods let in of what somebody broke the glass for, whatever the cluster says of restarts. */
const GLASS_MS = 86_400_000;
