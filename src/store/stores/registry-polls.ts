/** Polling: which registries are due, what was seen of their tags, and what came of the last look. */
import { sql, type Kysely } from "kysely";
import type { Database, StoredProductSettings } from "../schema.ts";
import type { AnalysisPlace } from "./analysis-places.ts";

export interface PolledRegistry extends Omit<AnalysisPlace, "repositoryId" | "name"> {
  readonly kind: string;
  readonly settings: StoredProductSettings;
  readonly enablePattern: string | null;
}

/** Null: not there, or not theirs. */
export async function findPolledRegistry(
  tx: Kysely<Database>,
  orgId: string,
  registryId: string,
): Promise<PolledRegistry | null> {
  const row = await tx
    .selectFrom("registry")
    .where("org_id", "=", orgId)
    .where("id", "=", registryId)
    .select([
      "id as registryId",
      "kind",
      "host",
      "insecure",
      "username",
      "password_sealed as passwordSealed",
      "settings",
      "enable_pattern as enablePattern",
    ])
    .executeTakeFirst();
  return row ?? null;
}

/** Registries whose poll is due, which are due again after their interval, whatever comes of this one. */
export async function takeDueRegistries(
  tx: Kysely<Database>,
  now: Date,
  countMax: number,
): Promise<readonly { readonly orgId: string; readonly registryId: string }[]> {
  const { rows } = await sql<{ orgId: string; registryId: string }>`
    with due as (
      select org_id, id from registry where next_poll_at <= ${now} and poll_seconds is not null
      order by next_poll_at limit ${countMax} for update skip locked
    )
    update registry set next_poll_at = ${now}::timestamptz + make_interval(secs => registry.poll_seconds)
    from due where registry.org_id = due.org_id and registry.id = due.id
    returning registry.org_id as "orgId", registry.id as "registryId"`.execute(tx);
  return rows;
}

/** Enabled repositories of a registry, those that were looked at longest ago first. */
export async function listPollPlaces(
  tx: Kysely<Database>,
  orgId: string,
  registryId: string,
  countMax: number,
): Promise<readonly { readonly repositoryId: string; readonly name: string }[]> {
  return tx
    .selectFrom("repository")
    .where("org_id", "=", orgId)
    .where("registry_id", "=", registryId)
    .where("enabled", "=", true)
    .select(["id as repositoryId", "name"])
    .orderBy(sql`polled_at nulls first`)
    .orderBy("id")
    .limit(countMax)
    .execute();
}

/**
 * What came of a poll of a registry. After failures the next one waits twice as long each time, a day at most; an administrator's
 * change of the registry makes it due at once.
 */
export async function recordRegistryPoll(
  tx: Kysely<Database>,
  orgId: string,
  registryId: string,
  { at, failure }: { readonly at: Date; readonly failure: string | null },
): Promise<void> {
  await sql`
    update registry set
      poll_failure = ${failure},
      polled_at = case when ${failure}::text is null then ${at}::timestamptz else polled_at end,
      poll_failures = case when ${failure}::text is null then 0 else poll_failures + 1 end,
      next_poll_at = case
        when poll_seconds is null then null
        when ${failure}::text is null then ${at}::timestamptz + make_interval(secs => poll_seconds)
        else ${at}::timestamptz
          + make_interval(secs => greatest(poll_seconds, least(${BACKOFF_SECONDS_MAX}, poll_seconds * power(2, least(poll_failures + 1, 12)))))
      end
    where org_id = ${orgId} and id = ${registryId}`.execute(tx);
}

const BACKOFF_SECONDS_MAX = 86_400;

export interface RepositoryPoll {
  /** Null: what is there is still to be learned. */
  readonly learnedAt: Date | null;
  /** Tags that are wanted of those that are there already; null: none. */
  readonly backfillMax: number | null;
}

/** Null: not there, or not theirs. */
export async function findRepositoryPoll(
  tx: Kysely<Database>,
  orgId: string,
  repositoryId: string,
): Promise<RepositoryPoll | null> {
  const row = await tx
    .selectFrom("repository")
    .where("org_id", "=", orgId)
    .where("id", "=", repositoryId)
    .select(["learned_at as learnedAt", "backfill_max as backfillMax"])
    .executeTakeFirst();
  return row ?? null;
}

/** `learned`: all of its tags were seen once. `backfilled`: what was wanted of those that were there is under way. */
export async function recordRepositoryPoll(
  tx: Kysely<Database>,
  orgId: string,
  repositoryId: string,
  result: {
    readonly at: Date;
    readonly failure: string | null;
    readonly learned: boolean;
    readonly backfilled: boolean;
  },
): Promise<void> {
  await tx
    .updateTable("repository")
    .set({
      polled_at: result.at,
      poll_failure: result.failure,
      ...(result.learned ? { learned_at: sql<Date>`coalesce(learned_at, ${result.at}::timestamptz)` } : {}),
      ...(result.backfilled ? { backfill_max: null } : {}),
    })
    .where("org_id", "=", orgId)
    .where("id", "=", repositoryId)
    .execute();
}

/** Asks for those that are there already: `tagsMax` of them at most. False: the repository is not there, or not enabled. */
export async function wantBackfill(
  tx: Kysely<Database>,
  orgId: string,
  repositoryId: string,
  tagsMax: number,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("repository")
    .set({ backfill_max: tagsMax })
    .where("org_id", "=", orgId)
    .where("id", "=", repositoryId)
    .where("enabled", "=", true)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
