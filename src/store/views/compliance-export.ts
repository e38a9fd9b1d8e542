/**
 * How images stood at a time: those that ran in an environment then, or those of the latest tags of then, each with the newest verdict
 * that there was. Verdicts are never overwritten, so the answer for a day in the past stays the same.
 */
import { sql, type Kysely, type RawBuilder } from "kysely";
import type { Grade, PolicyStatus } from "../../domain/policy.ts";
import type { EvaluationInputs, PolicyEffect } from "../../domain/verdict-history.ts";
import type { Database } from "../schema.ts";
import type { SeverityCounts } from "./severity-counts.ts";
import { storedCounts } from "./severity-counts.ts";

export interface ExportedResult {
  readonly policyId: string;
  readonly policyVersion: number;
  readonly title: string;
  readonly type: string;
  readonly effect: PolicyEffect;
  readonly status: PolicyStatus;
  readonly reason: string | null;
  readonly deviationCount: number;
}

export interface ExportedImage {
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string;
  readonly platform: string | null;
  /** Of the environment's images: by whom and when it was recorded, and until when it ran. */
  readonly recordedBy: string | null;
  readonly since: Date;
  readonly until: Date | null;
  /** Null: it was not judged by then. */
  readonly verdict: {
    readonly status: PolicyStatus;
    readonly grade: Grade | null;
    readonly percent: number | null;
    readonly evaluatedAt: string;
    readonly inputs: EvaluationInputs;
    /** Null: no vulnerability database was asked. */
    readonly findings: SeverityCounts | null;
    readonly results: readonly ExportedResult[];
  } | null;
}

/** `environment` null: the latest tags. By repository; at most `limit`. Call it in a snapshot. */
export async function listCompliance(
  tx: Kysely<Database>,
  orgId: string,
  {
    environment,
    at,
    limit,
  }: { readonly environment: string | null; readonly at: Date; readonly limit: number },
): Promise<readonly ExportedImage[]> {
  const members = environment === null ? latestTagsAt(orgId, at) : runningAt(orgId, environment, at);
  const { rows } = await sql<ExportedImage>`
    with member as materialized (${members})
    select member.repository, member.tag, image.digest, image.platform, member.recorded_by as "recordedBy",
      member.since, member.until, case when verdict.id is not null then json_build_object(
        'status', verdict.status, 'grade', verdict.grade, 'percent', verdict.percent,
        'evaluatedAt', to_char(verdict.evaluated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'inputs', verdict.inputs, 'findings', ${storedCounts("verdict")},
        'results', coalesce((
          select json_agg(json_build_object(
            'policyId', result.policy_id, 'policyVersion', result.policy_version, 'title', result.title,
            'type', result.type, 'effect', result.effect, 'status', result.status, 'reason', result.reason,
            'deviationCount', coalesce(json_array_length(result.deviations), 0)) order by result.position)
          from policy_result result
          where result.org_id = ${orgId} and result.evaluation_id = verdict.id), '[]'::json)
      ) end as verdict
    from member
    join image on image.org_id = ${orgId} and image.id = member.image_id
    left join lateral (
      select evaluation.* from evaluation
      where evaluation.org_id = ${orgId} and evaluation.image_id = member.image_id and evaluation.evaluated_at <= ${at}
      order by evaluation.evaluated_at desc, evaluation.id desc limit 1
    ) verdict on true
    order by member.repository, image.platform, image.digest, member.since limit ${limit}`.execute(tx);
  return rows;
}

/** Whether there is, or was, an environment of this name in which something ran. */
export async function wasEnvironment(tx: Kysely<Database>, orgId: string, name: string): Promise<boolean> {
  const { rows } = await sql<{ known: boolean }>`
    select exists (select from environment where org_id = ${orgId} and name = ${name})
      or exists (select from environment_history where org_id = ${orgId} and environment = ${name}) as known`.execute(
    tx,
  );
  return rows[0]?.known === true;
}

/** Where several repositories hold the image, the one that it was pushed to first. */
function runningAt(orgId: string, environment: string, at: Date): RawBuilder<unknown> {
  return sql`
    select stay.image_id, coalesce(place.repository, '') as repository, place.tag, stay.recorded_by,
      stay.recorded_at as since, stay.removed_at as until
    from environment_history stay
    left join lateral (
      select registry.host || '/' || repository.name as repository,
        (select push.tag from push
          where push.org_id = held.org_id and push.repository_id = held.repository_id and push.digest = held.pushed_digest
            and push.tag is not null and push.pushed_at <= ${at}
          order by push.id desc limit 1) as tag
      from repository_image held
      join repository on repository.org_id = held.org_id and repository.id = held.repository_id
      join registry on registry.org_id = repository.org_id and registry.id = repository.registry_id
      where held.org_id = stay.org_id and held.image_id = stay.image_id
      order by held.first_pushed_at, repository.name limit 1
    ) place on true
    where stay.org_id = ${orgId} and stay.environment = ${environment}
      and stay.recorded_at <= ${at} and (stay.removed_at is null or stay.removed_at > ${at})`;
}

/** Of every repository that a tag had been pushed to by then, enabled since or not. */
function latestTagsAt(orgId: string, at: Date): RawBuilder<unknown> {
  return sql`
    select held.image_id, latest.repository, latest.tag, null::text as recorded_by, latest.pushed_at as since,
      null::timestamptz as until
    from (
      select distinct on (push.repository_id) push.repository_id, push.tag, push.digest, push.pushed_at,
        registry.host || '/' || repository.name as repository
      from push
      join repository on repository.org_id = push.org_id and repository.id = push.repository_id
      join registry on registry.org_id = repository.org_id and registry.id = repository.registry_id
      where push.org_id = ${orgId} and push.tag is not null and push.pushed_at <= ${at}
      order by push.repository_id, push.pushed_at desc, push.id desc
    ) latest
    join repository_image held on held.org_id = ${orgId}
      and held.repository_id = latest.repository_id and held.pushed_digest = latest.digest`;
}
