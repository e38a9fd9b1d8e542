/**
 * Writes of evaluations: a verdict with the results of its policies is added and never changed, so that history stays readable. The
 * image names its newest one.
 */
import type { Kysely } from "kysely";
import type { Grade, PolicyResult, PolicyStatus } from "../../domain/policy.ts";
import type { EvaluationInputs, PolicyEffect, VerdictCause } from "../../domain/verdict-history.ts";
import type { Database } from "../schema.ts";
import { storableJson, storableText } from "../storable.ts";
import type { SeverityCounts } from "../views/severity-counts.ts";

export interface NewEvaluation {
  readonly status: PolicyStatus;
  readonly grade: Grade | null;
  readonly percent: number | null;
  readonly scoreReason: string | null;
  readonly causes: readonly VerdictCause[];
  readonly inputs: EvaluationInputs;
  readonly counts: SeverityCounts;
  /** False: no vulnerability database was there to ask. */
  readonly hasFindings: boolean;
  readonly evaluatedAt: Date;
  /** In the order they are shown; `policy` is the policy's uuid. */
  readonly results: readonly (PolicyResult & { readonly version: number; readonly effect: PolicyEffect })[];
}

/**
 * Holds the image until the transaction ends, and tells which evaluation is its newest and how often its verdict was outdated:
 * something else than was read means that somebody else was faster. Null: there is no such image any more.
 */
export async function lockEvaluation(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
): Promise<{ readonly evaluationId: string | null; readonly outdatedCount: number } | null> {
  const row = await tx
    .selectFrom("image")
    .select(["evaluation_id as evaluationId", "outdated_count as outdatedCount"])
    .where("org_id", "=", orgId)
    .where("id", "=", imageId)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

/** The image's newest evaluation once more: it was judged again, and nothing is different. */
export async function restoreEvaluation(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
  evaluationId: string,
): Promise<void> {
  await tx
    .updateTable("image")
    .set({ evaluation_id: evaluationId, outdated_evaluation_id: null })
    .where("org_id", "=", orgId)
    .where("id", "=", imageId)
    .execute();
}

/** Adds the evaluation with its results and makes it the image's newest. Returns its id. */
export async function insertEvaluation(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
  evaluation: NewEvaluation,
): Promise<string> {
  const { counts, results } = evaluation;
  const { id } = await tx
    .insertInto("evaluation")
    .values({
      org_id: orgId,
      image_id: imageId,
      status: evaluation.status,
      grade: evaluation.grade,
      percent: evaluation.percent,
      score_reason: evaluation.scoreReason,
      causes: storableJson(evaluation.causes),
      inputs: storableJson(evaluation.inputs),
      critical: counts.critical,
      high: counts.high,
      medium: counts.medium,
      low: counts.low,
      unspecified: counts.unspecified,
      suppressed: counts.suppressed,
      undetermined: counts.undetermined,
      has_findings: evaluation.hasFindings,
      evaluated_at: evaluation.evaluatedAt,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  if (results.length > 0) {
    await tx
      .insertInto("policy_result")
      .values(
        results.map((result, position) => ({
          org_id: orgId,
          evaluation_id: id,
          policy_id: result.policy,
          policy_version: result.version,
          title: result.title,
          type: result.type,
          effect: result.effect,
          status: result.status,
          reason: result.reason === null ? null : storableText(result.reason),
          deviations: storableJson(result.deviations),
          weight: result.weight,
          lost: result.lost,
          position,
        })),
      )
      .execute();
  }
  await tx
    .updateTable("image")
    .set({ evaluation_id: id, outdated_evaluation_id: null })
    .where("org_id", "=", orgId)
    .where("id", "=", imageId)
    .execute();
  return id;
}
