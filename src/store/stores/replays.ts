/** Verdicts that somebody had made once more, and what came out. */
import type { Kysely } from "kysely";
import type { ReplayDifference } from "../../domain/verdict-history.ts";
import type { Database } from "../schema.ts";
import { storableJson } from "../storable.ts";

export interface ReplayRow {
  readonly id: string;
  readonly evaluationId: string;
  readonly state: Database["replay"]["state"];
  /** The program that made it then; null: nothing is kept of it. */
  readonly keptEngine: string | null;
  /** The program that made it once more; null: not yet. */
  readonly engine: string | null;
  readonly differences: readonly ReplayDifference[];
  readonly failure: string | null;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly doneAt: Date | null;
}

/** Returns its id; null: there is no such evaluation of the image. */
export async function insertReplay(
  tx: Kysely<Database>,
  orgId: string,
  of: {
    readonly imageId: string;
    readonly evaluationId: string;
    readonly askedBy: string;
    readonly now: Date;
  },
): Promise<string | null> {
  const known = await tx
    .selectFrom("evaluation")
    .select("id")
    .where("org_id", "=", orgId)
    .where("id", "=", of.evaluationId)
    .where("image_id", "=", of.imageId)
    .executeTakeFirst();
  if (known === undefined) return null;
  const { id } = await tx
    .insertInto("replay")
    .values({
      org_id: orgId,
      evaluation_id: of.evaluationId,
      state: "waiting",
      engine: null,
      failure: null,
      asked_by: of.askedBy,
      asked_at: of.now,
      done_at: null,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

/** Of one image. Null: not there, or not theirs. */
export async function findReplay(
  tx: Kysely<Database>,
  orgId: string,
  { imageId, id }: { readonly imageId: string; readonly id: string },
): Promise<ReplayRow | null> {
  const row = await tx
    .selectFrom("replay")
    .innerJoin("evaluation", (join) =>
      join
        .onRef("evaluation.org_id", "=", "replay.org_id")
        .onRef("evaluation.id", "=", "replay.evaluation_id"),
    )
    .leftJoin("kept_evaluation as kept", (join) =>
      join
        .onRef("kept.org_id", "=", "replay.org_id")
        .onRef("kept.evaluation_id", "=", "replay.evaluation_id"),
    )
    .where("replay.org_id", "=", orgId)
    .where("replay.id", "=", id)
    .where("evaluation.image_id", "=", imageId)
    .select([
      "replay.id",
      "replay.evaluation_id as evaluationId",
      "replay.state",
      "kept.engine as keptEngine",
      "replay.engine",
      "replay.differences",
      "replay.failure",
      "replay.asked_by as askedBy",
      "replay.asked_at as askedAt",
      "replay.done_at as doneAt",
    ])
    .executeTakeFirst();
  return row ?? null;
}

/** Which evaluation is to be made once more; null: it is gone, or done. */
export async function findWaitingReplay(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
): Promise<{ readonly evaluationId: string } | null> {
  const row = await tx
    .selectFrom("replay")
    .select("evaluation_id as evaluationId")
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .where("state", "=", "waiting")
    .executeTakeFirst();
  return row ?? null;
}

export interface ReplayOutcome extends Pick<ReplayRow, "engine" | "differences" | "failure"> {
  readonly state: "same" | "different" | "failed";
  readonly now: Date;
}

export async function recordReplay(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
  { state, engine, differences, failure, now }: ReplayOutcome,
): Promise<void> {
  await tx
    .updateTable("replay")
    .set({ state, engine, differences: storableJson(differences), failure, done_at: now })
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .execute();
}
