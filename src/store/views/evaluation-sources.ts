/**
 * Everything that an evaluation of one image rests on but its packages and findings: the image with its document, where it stands,
 * the policies in force, the organisation's decisions, and the evaluation before.
 */
import { sql, type Kysely } from "kysely";
import type { Exception } from "../../domain/exception.ts";
import type { BaseImageFacts, PolicyStatus } from "../../domain/policy.ts";
import type { EvaluationInputs, PolicyEffect } from "../../domain/verdict-history.ts";
import type { VexStatement } from "../../domain/vex.ts";
import type { Database, StoredResult } from "../schema.ts";
import type { SeverityCounts } from "./severity-counts.ts";

export interface JudgedImage {
  readonly id: string;
  readonly digest: string;
  /** Compressed, see `stores/image-documents.ts`. */
  readonly document: Buffer;
  /** What the newest evaluation counted, compressed; null: none did. */
  readonly judged: Buffer | null;
  /** Null: not judged, or outdated. */
  readonly evaluationId: string | null;
  /** The newest one, outdated or not. */
  readonly previousId: string | null;
  readonly outdatedCount: number;
  readonly base: BaseImageFacts | null;
  readonly baseReason: string | null;
  /** When time alone may turn its verdict, as the last judgement said. */
  readonly dueAt: Date | null;
}

/** Null: not there, or not analysed. */
export async function findJudgedImage(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
): Promise<JudgedImage | null> {
  const row = await tx
    .selectFrom("image")
    .innerJoin("image_document as document", (join) =>
      join.onRef("document.org_id", "=", "image.org_id").onRef("document.image_id", "=", "image.id"),
    )
    .where("image.org_id", "=", orgId)
    .where("image.id", "=", imageId)
    .where("image.state", "=", "analysed")
    .select([
      "image.id",
      "image.digest",
      "document.body as document",
      "document.judged",
      "image.evaluation_id as evaluationId",
      sql<string | null>`coalesce(image.evaluation_id, image.outdated_evaluation_id)`.as("previousId"),
      "image.outdated_count as outdatedCount",
      "image.base",
      "image.base_reason as baseReason",
      "image.due_at as dueAt",
    ])
    .executeTakeFirst();
  return row ?? null;
}

/** A repository that holds the image, with the tag it was last pushed by. */
export interface ImagePlace {
  readonly repositoryId: string;
  /** `registry.example.com/acme/my-app` */
  readonly repository: string;
  /** `acme/my-app` */
  readonly name: string;
  /** Null: it was only pushed by digest. */
  readonly tag: string | null;
  /** Of the index or manifest that was pushed. */
  readonly pushedDigest: string;
}

/** Newest push first, tagged ones before others. */
export async function findPlaces(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
): Promise<readonly ImagePlace[]> {
  const { rows } = await sql<ImagePlace>`
    select repository.id as "repositoryId", registry.host || '/' || repository.name as repository, repository.name,
      pushed.tag, held.pushed_digest as "pushedDigest"
    from repository_image held
    join repository on repository.org_id = held.org_id and repository.id = held.repository_id
    join registry on registry.org_id = repository.org_id and registry.id = repository.registry_id
    left join lateral (
      select push.tag, push.id from push
      where push.org_id = held.org_id and push.repository_id = held.repository_id and push.digest = held.pushed_digest
      order by push.tag is null, push.id desc limit 1
    ) pushed on true
    where held.org_id = ${orgId} and held.image_id = ${imageId}
    order by pushed.tag is null, pushed.id desc nulls last, held.pushed_digest`.execute(tx);
  return rows;
}

/** Names of the environments it is recorded in. */
export async function findEnvironments(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom("environment_image as recorded")
    .innerJoin("environment", (join) =>
      join
        .onRef("environment.org_id", "=", "recorded.org_id")
        .onRef("environment.id", "=", "recorded.environment_id"),
    )
    .where("recorded.org_id", "=", orgId)
    .where("recorded.image_id", "=", imageId)
    .select("environment.name")
    .orderBy("environment.name")
    .execute();
  return rows.map(({ name }) => name);
}

export interface PolicyInForce {
  readonly id: string;
  readonly version: number;
  readonly type: string;
  readonly title: string;
  readonly weight: number;
  readonly effect: PolicyEffect;
  readonly config: Readonly<Record<string, unknown>>;
  readonly repositories: readonly string[];
  readonly environments: readonly string[];
}

/** The newest version of every policy that is enabled and not deleted, in the order of results. */
export async function listPoliciesInForce(
  tx: Kysely<Database>,
  orgId: string,
): Promise<readonly PolicyInForce[]> {
  return tx
    .selectFrom("policy")
    .innerJoin("policy_version as newest", (join) =>
      join
        .onRef("newest.org_id", "=", "policy.org_id")
        .onRef("newest.policy_id", "=", "policy.id")
        .onRef("newest.version", "=", "policy.version"),
    )
    .where("policy.org_id", "=", orgId)
    .where("policy.deleted_at", "is", null)
    .where("newest.enabled", "=", true)
    .select([
      "policy.id",
      "policy.version",
      "policy.type",
      "newest.title",
      "newest.weight",
      "newest.effect",
      "newest.config",
      "newest.scope_repositories as repositories",
      "newest.scope_environments as environments",
    ])
    .orderBy("newest.weight", "desc")
    .orderBy(sql`newest.title collate "C"`)
    .orderBy("policy.id")
    .execute();
}

/** An exception that is or was in force. */
export interface DecidedException extends Exception {
  readonly state: Database["exception"]["state"];
}

/** Those that are approved and have not ended, and those of `ids`, whatever became of them. */
export async function listDecidedExceptions(
  tx: Kysely<Database>,
  orgId: string,
  { now, ids }: { readonly now: Date; readonly ids: readonly string[] },
): Promise<readonly DecidedException[]> {
  const rows = await tx
    .selectFrom("exception")
    .selectAll()
    .where("org_id", "=", orgId)
    .where(
      sql<boolean>`(state = 'approved' and (expires_at is null or expires_at > ${now}) or id = any (${ids}::uuid[]))`,
    )
    .orderBy("id")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    vulnerability: row.vulnerability,
    kind: row.kind,
    justification: row.justification,
    reason: row.reason,
    scope: { repository: row.scope_repository, digest: row.scope_digest, purl: row.scope_purl },
    requestedBy: row.requested_by_name,
    decidedBy: row.decided_by_name ?? "",
    decidedAt: row.decided_at?.toISOString() ?? "",
    expiresAt: row.expires_at?.toISOString() ?? null,
    state:
      row.state === "approved" && row.expires_at !== null && row.expires_at <= now ? "expired" : row.state,
  }));
}

/** The organisation's VEX statements. */
export async function listStatements(tx: Kysely<Database>, orgId: string): Promise<readonly VexStatement[]> {
  const rows = await tx
    .selectFrom("vex_statement")
    .select("body")
    .where("org_id", "=", orgId)
    .orderBy("id")
    .execute();
  return rows.map(({ body }) => body);
}

export interface StoredEvaluation {
  readonly id: string;
  readonly status: PolicyStatus;
  readonly grade: string | null;
  readonly percent: number | null;
  readonly scoreReason: string | null;
  readonly inputs: EvaluationInputs;
  readonly hasFindings: boolean;
  readonly evaluatedAt: Date;
  readonly counts: SeverityCounts;
  readonly results: readonly StoredResult[];
}

/** With the results of its policies, in the order they are shown. Null: not there, or not theirs. */
export async function findEvaluation(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
): Promise<StoredEvaluation | null> {
  const row = await tx
    .selectFrom("evaluation")
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .select([
      "id",
      "status",
      "grade",
      "percent",
      "score_reason as scoreReason",
      "inputs",
      "has_findings as hasFindings",
      "evaluated_at as evaluatedAt",
      "critical",
      "high",
      "medium",
      "low",
      "unspecified",
      "suppressed",
      "undetermined",
    ])
    .executeTakeFirst();
  if (row === undefined) return null;
  const { critical, high, medium, low, unspecified, suppressed, undetermined, ...said } = row;
  const results = await tx
    .selectFrom("policy_result")
    .where("org_id", "=", orgId)
    .where("evaluation_id", "=", id)
    .select([
      "policy_id as policyId",
      "policy_version as policyVersion",
      "title",
      "type",
      "effect",
      "status",
      "reason",
      "deviations",
      "weight",
      "lost",
    ])
    .orderBy("position")
    .execute();
  const counts = { critical, high, medium, low, unspecified, suppressed, undetermined };
  return { ...said, counts, results };
}
