/**
 * What an organisation's metrics are made of: its streams (the latest tags, and each environment), its policies in them, and each
 * image that counts. A stream whose images no vulnerability database was asked about has no counts, rather than zeros.
 */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";
import { latestTags } from "./counting-images.ts";
import { judgements } from "./policy-judgements.ts";
import { noFindings, storedCounts, type SeverityCounts } from "./severity-counts.ts";

/** The stream of the most recently pushed tag of each repository, as Scout names it. No environment may have this name. */
export const latestStream = "latest-indexed";

export interface StreamMetrics {
  /** `latest-indexed`, or the name of an environment. */
  readonly stream: string;
  readonly images: number;
  /** Of them; findings of the others are unknown. */
  readonly matched: number;
  /** Sum over the images that were matched; null: none was. */
  readonly findings: SeverityCounts | null;
}

export interface PolicyMetrics {
  readonly stream: string;
  readonly id: string;
  readonly title: string;
  readonly met: number;
  readonly notMet: number;
  /** Also those that could not be analysed. */
  readonly noData: number;
  readonly waiting: number;
}

export interface ImageMetrics {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly platform: string | null;
  readonly status: "met" | "not_met" | "no_data" | "failed" | "waiting";
  /** 0 to 100; null: there is none. */
  readonly percent: number | null;
  readonly findings: SeverityCounts | null;
}

export interface RepositoryMetrics {
  readonly repository: string;
  /** Sum over the images of its latest tag; null: one of them was not matched, and a part is no sum. */
  readonly findings: SeverityCounts | null;
}

export interface OrganisationMetrics {
  readonly streams: readonly StreamMetrics[];
  readonly policies: readonly PolicyMetrics[];
  readonly repositories: readonly RepositoryMetrics[];
  /** Those of the latest tags, by repository; at most as many as asked for. */
  readonly images: readonly ImageMetrics[];
  readonly imagesLeftOut: number;
}

/** Several queries: call it in a snapshot. */
export async function readMetrics(
  tx: Kysely<Database>,
  orgId: string,
  imagesMax: number,
): Promise<OrganisationMetrics> {
  const streams = await readStreams(tx, orgId);
  const images = await readImages(tx, orgId, imagesMax);
  const total = streams.find(({ stream }) => stream === latestStream)?.images ?? 0;
  return {
    streams,
    policies: await readPolicies(tx, orgId),
    repositories: await readRepositories(tx, orgId),
    images,
    imagesLeftOut: Math.max(0, total - images.length),
  };
}

/** Which image is in which stream: a relation of `stream` and `image_id`. */
function members(orgId: string) {
  return sql`(
    select ${latestStream}::text as stream, held.image_id
    from ${latestTags(orgId)}
    join repository_image held on held.org_id = ${orgId}
      and held.repository_id = latest.repository_id and held.pushed_digest = latest.digest
    union
    select environment.name, recorded.image_id
    from environment_image recorded
    join environment on environment.org_id = recorded.org_id and environment.id = recorded.environment_id
    where recorded.org_id = ${orgId}
  )`;
}

/** Counts of all rows of `evaluation` in a group, as JSON. */
const summed = sql`json_build_object(${sql.join(
  Object.keys(noFindings).map(
    (column) =>
      sql`${sql.lit(column)}, coalesce(sum(evaluation.${sql.ref(column)}) filter (where evaluation.has_findings), 0)`,
  ),
)})`;

async function readStreams(tx: Kysely<Database>, orgId: string): Promise<readonly StreamMetrics[]> {
  const { rows } = await sql<StreamMetrics>`
    with stream as (
      select ${latestStream}::text as name union select name from environment where org_id = ${orgId}
    )
    select stream.name as stream, count(member.image_id) as images,
      count(*) filter (where evaluation.has_findings) as matched,
      case when bool_or(evaluation.has_findings) then ${summed} end as findings
    from stream
    left join ${members(orgId)} member on member.stream = stream.name
    left join image on image.org_id = ${orgId} and image.id = member.image_id
    left join evaluation on evaluation.org_id = image.org_id and evaluation.id = image.evaluation_id
    group by stream.name order by stream.name`.execute(tx);
  return rows;
}

async function readRepositories(tx: Kysely<Database>, orgId: string): Promise<readonly RepositoryMetrics[]> {
  const { rows } = await sql<RepositoryMetrics>`
    select latest.repository, case when bool_and(coalesce(evaluation.has_findings, false)) then ${summed} end as findings
    ${latestImages(orgId)}
    group by latest.repository order by latest.repository collate "C"`.execute(tx);
  return rows;
}

/** Each image of each latest tag, with its newest evaluation, if any. */
function latestImages(orgId: string) {
  return sql`from ${latestTags(orgId)}
    join repository_image held on held.org_id = ${orgId}
      and held.repository_id = latest.repository_id and held.pushed_digest = latest.digest
    join image on image.org_id = held.org_id and image.id = held.image_id
    left join evaluation on evaluation.org_id = image.org_id and evaluation.id = image.evaluation_id`;
}

async function readPolicies(tx: Kysely<Database>, orgId: string): Promise<readonly PolicyMetrics[]> {
  const { rows } = await sql<PolicyMetrics>`
    select member.stream, policy.id, version.title,
      count(*) filter (where judged = 'met') as met, count(*) filter (where judged = 'not_met') as "notMet",
      count(*) filter (where judged in ('no_data', 'failed')) as "noData",
      count(*) filter (where judged = 'waiting') as waiting
    from ${judgements(tx, orgId, null)} judgement
    join ${members(orgId)} member on member.image_id = judgement.image_id
    join policy on policy.org_id = ${orgId} and policy.id = judgement.policy_id
    join policy_version version
      on version.org_id = policy.org_id and version.policy_id = policy.id and version.version = policy.version
    group by member.stream, policy.id, version.title
    order by member.stream, version.title collate "C", policy.id`.execute(tx);
  return rows;
}

async function readImages(
  tx: Kysely<Database>,
  orgId: string,
  imagesMax: number,
): Promise<readonly ImageMetrics[]> {
  const { rows } = await sql<ImageMetrics>`
    select latest.repository, latest.tag, image.digest, image.platform,
      case when evaluation.status is not null then evaluation.status
        when image.state = 'failed' then 'failed' else 'waiting' end as status,
      evaluation.percent, ${storedCounts("evaluation")} as findings
    ${latestImages(orgId)}
    order by latest.repository collate "C", image.platform collate "C", image.digest
    limit ${imagesMax}`.execute(tx);
  return rows;
}
