/**
 * The Images page: a row for each enabled repository with the image of its most recently pushed tag, or, for an environment, with
 * what is recorded there. Of several platforms the row shows the worst. One query; what only the shown rows need is asked for
 * after the page is cut.
 */
import { sql, type Kysely, type RawBuilder } from "kysely";
import type { PolicyStatus } from "../../domain/policy.ts";
import type { Database } from "../schema.ts";
import { readCursor, toPage, writeCursor, type CursorPart } from "./cursor.ts";
import { environmentImages, latestTagImages } from "./image-list-sources.ts";
import { worstImages } from "./image-list-worst.ts";
import { storedCounts, type SeverityCounts } from "./severity-counts.ts";

export interface ImageListQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Part of `registry.example.com/acme/my-app:tag`, in any case. */
  readonly q?: string | undefined;
  readonly status?: PolicyStatus | undefined;
  /** uuid: `status` speaks of this policy. */
  readonly policy?: string | undefined;
  readonly state?: ImageRow["state"] | undefined;
  /** Name of an environment. */
  readonly environment?: string | undefined;
  readonly sort: "repository" | "pushed" | "grade" | "findings";
  readonly direction: "asc" | "desc";
}

export interface ImageRow {
  readonly repositoryId: string;
  readonly repository: string;
  readonly tag: string | null;
  readonly tagCount: number;
  readonly pushedAt: Date | null;
  readonly imageId: string | null;
  readonly digest: string | null;
  readonly platform: string | null;
  readonly platformCount: number;
  readonly state: "queued" | "analysing" | "analysed" | "failed" | null;
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
  readonly incomplete: boolean;
  /** Null: not matched yet, or no database. */
  readonly findings: SeverityCounts | null;
  /** Null: not judged. */
  readonly status: PolicyStatus | null;
  readonly grade: string | null;
  readonly met: number;
  readonly notMet: number;
  readonly noData: number;
  readonly trend: "better" | "worse" | "same" | null;
}

/** @throws PlimsollError REQUEST_INVALID for a cursor of another list or order */
export async function listImages(
  tx: Kysely<Database>,
  orgId: string,
  query: ImageListQuery,
): Promise<{ entries: ImageRow[]; next: string | null }> {
  const { limit, sort, direction } = query;
  const list = `images/${sort}/${direction}`;
  const after = readCursor(list, query.cursor, [isText(sort) ? "text" : "number", "text"]);
  const source =
    query.environment === undefined ? latestTagImages(orgId) : environmentImages(orgId, query.environment);
  const order = sql.raw(direction);
  const { rows } = await sql<ImageRow & { key: CursorPart }>`
    with candidate as materialized (${source}),
    worst as materialized (${worstImages(orgId, query.policy ?? null)}),
    listed as (select worst.*, ${sortKey(sort)} as key from worst),
    page as materialized (
      select * from listed where ${filters(query)} and ${follows(sort, direction, after)}
      order by key ${order}, repository ${order} limit ${limit + 1}
    )
    select page.*, ${tagCount(orgId)} as "tagCount", ${storedCounts("page")} as findings,
      coalesce(now.met, 0) as met, coalesce(now.not_met, 0) as "notMet", coalesce(now.no_data, 0) as "noData",
      case when now.total is null or before.total is null then null
        when now.met * before.total > before.met * now.total then 'better'
        when now.met * before.total < before.met * now.total then 'worse'
        else 'same' end as trend
    from page
    left join lateral (${resultCounts(orgId, sql`page.evaluation_id`)}) now on now.total > 0
    left join lateral (${previousCounts(orgId)}) before on before.total > 0
    order by key ${order}, repository ${order}`.execute(tx);
  return toPage(rows, limit, {
    entry: (row) => row,
    cursor: (row) => writeCursor(list, [row.key, row.repository]),
  });
}

function isText(sort: ImageListQuery["sort"]): boolean {
  return sort === "repository" || sort === "grade";
}

/** What is not known comes before everything that is, or after it: never in the middle. */
function sortKey(sort: ImageListQuery["sort"]): RawBuilder<CursorPart> {
  switch (sort) {
    case "repository":
      return sql`repository`;
    case "grade":
      return sql`coalesce(grade, 'Z') collate "C"`;
    case "pushed":
      return sql`coalesce((extract(epoch from "pushedAt") * 1000000)::bigint, -1)`;
    case "findings":
      // Critical ones decide, then high, medium and low; a number that JavaScript holds exactly.
      return sql`case when has_findings then
        least(critical, 8999) * 1000000000000::bigint + least(high, 99999) * 10000000::bigint
        + least(medium, 99999) * 100::bigint + least(low, 99) else -1 end`;
  }
}

function filters({ q, status, state }: ImageListQuery): RawBuilder<boolean> {
  const wanted = q?.trim().toLowerCase() ?? "";
  return sql`(${wanted} = '' or position(${wanted} in lower(repository || coalesce(':' || tag, ''))) > 0)
    and (${status ?? null}::text is null or asked = ${status ?? null})
    and (${state ?? null}::text is null or state = ${state ?? null})`;
}

function follows(
  sort: ImageListQuery["sort"],
  direction: ImageListQuery["direction"],
  after: readonly CursorPart[] | null,
): RawBuilder<boolean> {
  if (after === null) return sql`true`;
  const key = isText(sort) ? sql`${after[0]}::text` : sql`${after[0]}::bigint`;
  return sql`(key, repository) ${sql.raw(direction === "asc" ? ">" : "<")} (${key}, ${after[1]}::text)`;
}

function tagCount(orgId: string): RawBuilder<number> {
  return sql`(select count(*) from tag where tag.org_id = ${orgId} and tag.repository_id = page."repositoryId")`;
}

/** Results of one evaluation. */
function resultCounts(orgId: string, evaluationId: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select count(*) filter (where status = 'met') as met, count(*) filter (where status = 'not_met') as not_met,
      count(*) filter (where status = 'no_data') as no_data, count(*) as total
    from policy_result where org_id = ${orgId} and evaluation_id = ${evaluationId}`;
}

/**
 * Of the image that the tag named before, or, for a tag that never moved, that was pushed with another tag before; of several
 * platforms the worst.
 */
function previousCounts(orgId: string): RawBuilder<unknown> {
  const pushes = sql`
    select push.digest from push
    where push.org_id = ${orgId} and push.repository_id = page."repositoryId" and push.digest <> page.pushed_digest`;
  return sql`
    select counts.met, counts.total
    from repository_image held
    join image on image.org_id = held.org_id and image.id = held.image_id
    cross join lateral (${resultCounts(orgId, sql`image.evaluation_id`)}) counts
    where held.org_id = ${orgId} and held.repository_id = page."repositoryId" and counts.total > 0
      and held.pushed_digest = coalesce(
        (${pushes} and push.tag = page.tag order by push.id desc limit 1),
        (${pushes} and push.tag is not null order by push.id desc limit 1))
    order by counts.met::float / counts.total limit 1`;
}
