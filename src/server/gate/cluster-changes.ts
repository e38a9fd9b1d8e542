/** Changes of clusters, each with its row in the audit log. */
import { PlimsollError } from "../../domain/error.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { recordAudit } from "../../store/stores/audit.ts";
import {
  changeCluster,
  deleteCluster,
  findCluster,
  insertCluster,
  listClusters,
  type Cluster,
  type ClusterRules,
} from "../../store/stores/clusters.ts";
import { findEnvironmentByName } from "../../store/views/environments.ts";
import { callerActor, type Caller } from "../caller.ts";
import { RequestInvalidError } from "../problem.ts";

export interface ClusterContext {
  readonly tx: StoreTransaction;
  readonly orgId: string;
  readonly caller: Caller;
}

/** @throws PlimsollError CONFLICT when there is one of the name, or too many; REQUEST_INVALID for an unknown environment */
export async function addCluster(
  context: ClusterContext,
  cluster: ClusterRules & { readonly name: string },
): Promise<Cluster> {
  const { tx, orgId } = context;
  await checkEnvironment(context, cluster);
  if ((await listClusters(tx, orgId)).length >= CLUSTERS_MAX)
    throw new PlimsollError("CONFLICT", `There are ${CLUSTERS_MAX} clusters already; delete one first.`);
  const made = await insertCluster(tx, orgId, cluster);
  if (made === null) throw new PlimsollError("CONFLICT", `There is a cluster ${cluster.name} already.`);
  await record(context, "cluster.created", made, { before: null, after: rulesOf(made) });
  return made;
}

/** @throws PlimsollError NOT_FOUND; REQUEST_INVALID for an unknown environment */
export async function editCluster(
  context: ClusterContext,
  id: string,
  rules: ClusterRules,
): Promise<Cluster> {
  const { tx, orgId } = context;
  const before = await changeCluster(tx, orgId, id, rules);
  if (before === null) throw notFound();
  await checkEnvironment(context, rules);
  await record(context, "cluster.changed", before, { before: rulesOf(before), after: rules });
  return { ...before, ...rules };
}

/** @throws PlimsollError NOT_FOUND */
export async function removeCluster(context: ClusterContext, id: string): Promise<void> {
  const before = await deleteCluster(context.tx, context.orgId, id);
  if (before === null) throw notFound();
  await record(context, "cluster.deleted", before, { before: rulesOf(before), after: null });
}

/** @throws PlimsollError NOT_FOUND */
export async function getCluster(tx: StoreTransaction, orgId: string, id: string): Promise<Cluster> {
  const cluster = await findCluster(tx, orgId, id);
  if (cluster === null) throw notFound();
  return cluster;
}

async function checkEnvironment({ tx, orgId }: ClusterContext, { environment }: ClusterRules): Promise<void> {
  if (environment === null || (await findEnvironmentByName(tx, orgId, environment)) !== null) return;
  const fields = [{ path: "environment", message: "name one of the organisation's environments" }];
  throw new RequestInvalidError("There is no such environment.", fields);
}

function rulesOf({ id: _id, name: _name, createdAt: _createdAt, ...rules }: Cluster): ClusterRules {
  return rules;
}

async function record(
  { tx, orgId, caller }: ClusterContext,
  action: string,
  { id, name }: Cluster,
  { before, after }: { readonly before: ClusterRules | null; readonly after: ClusterRules | null },
): Promise<void> {
  const target = `${name} (${id})`;
  await recordAudit(tx, { orgId, actor: callerActor(caller), action, target, before, after });
}

function notFound(): PlimsollError {
  return new PlimsollError("NOT_FOUND", "There is no such cluster.");
}

/** Of one organisation. */
const CLUSTERS_MAX = 100;
