/** Clusters that ask the gate, and what was admitted into them. */
import { sql, type Kysely, type Selectable } from "kysely";
import type { Database } from "../schema.ts";

export interface ClusterRules {
  /** Name; null: only policies of all environments count. */
  readonly environment: string | null;
  readonly mode: "audit" | "enforce";
  /** Patterns; empty: all. */
  readonly namespaces: readonly string[];
  readonly exemptNamespaces: readonly string[];
  readonly unknownImages: "admit" | "deny";
  readonly oldEvidence: "admit" | "deny";
  readonly restarts: "admit" | "judge";
  /** Kubernetes groups; empty: nobody. */
  readonly breakGlassGroups: readonly string[];
}

export interface Cluster extends ClusterRules {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** Null when there is one of this name. */
export async function insertCluster(
  tx: Kysely<Database>,
  orgId: string,
  { name, ...rules }: ClusterRules & { readonly name: string },
): Promise<Cluster | null> {
  const row = await tx
    .insertInto("cluster")
    .values({ org_id: orgId, name, ...columnsOf(rules) })
    .onConflict((conflict) => conflict.columns(["org_id", "name"]).doNothing())
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : toCluster(row);
}

/** Its name stays. Returns what it was, or null when it is not there. */
export async function changeCluster(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
  rules: ClusterRules,
): Promise<Cluster | null> {
  const before = await tx
    .selectFrom("cluster")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  if (before === undefined) return null;
  await tx
    .updateTable("cluster")
    .set(columnsOf(rules))
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .execute();
  return toCluster(before);
}

/** What was admitted into it goes with it. Returns what it was, or null when it is not there. */
export async function deleteCluster(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
): Promise<Cluster | null> {
  const row = await tx
    .deleteFrom("cluster")
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : toCluster(row);
}

export async function findCluster(tx: Kysely<Database>, orgId: string, id: string): Promise<Cluster | null> {
  const row = await tx
    .selectFrom("cluster")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row === undefined ? null : toCluster(row);
}

/** By name; their number has a ceiling. */
export async function listClusters(tx: Kysely<Database>, orgId: string): Promise<readonly Cluster[]> {
  const rows = await tx
    .selectFrom("cluster")
    .selectAll()
    .where("org_id", "=", orgId)
    .orderBy("name")
    .execute();
  return rows.map(toCluster);
}

function columnsOf(rules: ClusterRules) {
  return {
    environment: rules.environment,
    mode: rules.mode,
    namespaces: [...rules.namespaces],
    exempt_namespaces: [...rules.exemptNamespaces],
    unknown_images: rules.unknownImages,
    old_evidence: rules.oldEvidence,
    restarts: rules.restarts,
    break_glass_groups: [...rules.breakGlassGroups],
  };
}

function toCluster(row: Selectable<Database["cluster"]>): Cluster {
  return {
    id: row.id,
    name: row.name,
    environment: row.environment,
    mode: row.mode,
    namespaces: row.namespaces,
    exemptNamespaces: row.exempt_namespaces,
    unknownImages: row.unknown_images,
    oldEvidence: row.old_evidence,
    restarts: row.restarts,
    breakGlassGroups: row.break_glass_groups,
    createdAt: row.created_at,
  };
}

/** Where something was admitted. */
export interface AdmissionPlace {
  readonly orgId: string;
  readonly clusterId: string;
  readonly namespace: string;
}

export interface AdmittedImage {
  /** Canonical, without tag or digest. */
  readonly repository: string;
  readonly digest: string;
}

/** When it was last seen there, and when somebody broke the glass for it; null: it was not admitted since `since`. */
export async function findAdmitted(
  tx: Kysely<Database>,
  { orgId, clusterId, namespace }: AdmissionPlace,
  { repository, digest }: AdmittedImage,
  since: Date,
): Promise<{ readonly seenAt: Date; readonly brokeGlassAt: Date | null } | null> {
  const row = await tx
    .selectFrom("admitted_image")
    .select(["seen_at as seenAt", "broke_glass_at as brokeGlassAt"])
    .where("org_id", "=", orgId)
    .where("cluster_id", "=", clusterId)
    .where("namespace", "=", namespace)
    .where("repository", "=", repository)
    .where("digest", "=", digest)
    .where("seen_at", ">", since)
    .executeTakeFirst();
  return row ?? null;
}

/** Notes that they were admitted, and forgets what was not seen in this cluster since `since`. */
export async function recordAdmitted(
  tx: Kysely<Database>,
  { orgId, clusterId, namespace }: AdmissionPlace,
  images: readonly (AdmittedImage & { readonly brokeGlass: boolean })[],
  { now, since }: { readonly now: Date; readonly since: Date },
): Promise<void> {
  if (images.length === 0) return;
  await tx
    .insertInto("admitted_image")
    .values(
      images.map(({ repository, digest, brokeGlass }) => ({
        org_id: orgId,
        cluster_id: clusterId,
        namespace,
        repository,
        digest,
        admitted_at: now,
        seen_at: now,
        broke_glass_at: brokeGlass ? now : null,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(["org_id", "cluster_id", "namespace", "repository", "digest"]).doUpdateSet({
        seen_at: now,
        broke_glass_at: sql`coalesce(excluded.broke_glass_at, admitted_image.broke_glass_at)`,
      }),
    )
    .execute();
  await tx
    .deleteFrom("admitted_image")
    .where("org_id", "=", orgId)
    .where("cluster_id", "=", clusterId)
    .where("seen_at", "<=", since)
    .execute();
}
