/** The Overview page: how the images that count stand. */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";
import { countOpenRequests } from "../stores/exceptions.ts";
import { countingImages, latestTags } from "./counting-images.ts";
import { listPolicies, type PolicyRow } from "./policies.ts";
import type { SeverityCounts } from "./severity-counts.ts";

export interface Overview {
  readonly images: ImageCounts;
  /** Sum over the images that count; null: none of them was compared with a vulnerability database. */
  readonly findings: Omit<SeverityCounts, "suppressed" | "undetermined"> | null;
  /** Those that are enabled. */
  readonly policies: readonly PolicyRow[];
  /** The newest changes of verdicts. */
  readonly recent: readonly RecentChange[];
  readonly exceptionsWaiting: number;
  /** Images of the organisation, whether they count or not. */
  readonly queue: { readonly waiting: number; readonly active: number; readonly failed: number };
}

export interface ImageCounts {
  readonly counted: number;
  readonly met: number;
  readonly notMet: number;
  readonly noData: number;
  /** Not judged yet; a latest tag whose images are not known yet is one. */
  readonly waiting: number;
  /** Could not be analysed. */
  readonly failed: number;
}

export interface RecentChange {
  readonly eventId: number;
  readonly at: Date;
  readonly title: string;
  readonly imageId: string | null;
}

/** Several queries: call it in a snapshot, so that the numbers agree. */
export async function getOverview(tx: Kysely<Database>, orgId: string): Promise<Overview> {
  const { images, findings } = await countImages(tx, orgId);
  return {
    images,
    findings,
    policies: (await listPolicies(tx, orgId)).filter(({ enabled }) => enabled),
    recent: await listRecentChanges(tx, orgId),
    exceptionsWaiting: await countOpenRequests(tx, orgId),
    queue: await countQueue(tx, orgId),
  };
}

async function countImages(
  tx: Kysely<Database>,
  orgId: string,
): Promise<Pick<Overview, "images" | "findings">> {
  const { rows } = await sql<Omit<ImageCounts, "counted"> & SeverityCounts & { matched: number }>`
    with standing as (
      select case when e.status is not null then e.status when i.state = 'failed' then 'failed' else 'waiting' end as standing,
        coalesce(e.has_findings, false) as matched, e.critical, e.high, e.medium, e.low, e.unspecified
      from image i
      left join evaluation e on e.org_id = i.org_id and e.id = i.evaluation_id
      where i.org_id = ${orgId} and i.id in (${countingImages(tx, orgId)})
      union all
      select case when exists (
          select from push p where p.org_id = ${orgId} and p.repository_id = latest.repository_id
            and p.digest = latest.digest and p.failure_code is not null
        ) then 'failed' else 'waiting' end, false, 0, 0, 0, 0, 0
      from ${latestTags(orgId)}
      where not exists (
        select from repository_image held where held.org_id = ${orgId}
          and held.repository_id = latest.repository_id and held.pushed_digest = latest.digest)
    )
    select count(*) filter (where standing = 'met') as met, count(*) filter (where standing = 'not_met') as "notMet",
      count(*) filter (where standing = 'no_data') as "noData", count(*) filter (where standing = 'waiting') as waiting,
      count(*) filter (where standing = 'failed') as failed, count(*) filter (where matched) as matched,
      ${sumOf("critical")}, ${sumOf("high")}, ${sumOf("medium")}, ${sumOf("low")}, ${sumOf("unspecified")}
    from standing`.execute(tx);
  const [row] = rows;
  if (row === undefined) throw new TypeError("counting gave no row");
  const { met, notMet, noData, waiting, failed, matched, critical, high, medium, low, unspecified } = row;
  return {
    images: { counted: met + notMet + noData + waiting + failed, met, notMet, noData, waiting, failed },
    findings: matched === 0 ? null : { critical, high, medium, low, unspecified },
  };
}

/** What was not matched says nothing, and its zeros are not counted as none. */
function sumOf(severity: keyof SeverityCounts) {
  return sql`coalesce(sum(${sql.ref(severity)}) filter (where matched), 0) as ${sql.ref(severity)}`;
}

async function listRecentChanges(tx: Kysely<Database>, orgId: string): Promise<readonly RecentChange[]> {
  return tx
    .selectFrom("event")
    .select(["id as eventId", "at", "title", "image_id as imageId"])
    .where("org_id", "=", orgId)
    .where("kind", "=", "verdict.changed")
    .orderBy("id", "desc")
    .limit(RECENT_MAX)
    .$narrowType<{ eventId: number }>()
    .execute();
}

const RECENT_MAX = 10;

async function countQueue(tx: Kysely<Database>, orgId: string): Promise<Overview["queue"]> {
  const { rows } = await sql<Overview["queue"]>`
    select count(*) filter (where state = 'queued') as waiting, count(*) filter (where state = 'analysing') as active,
      count(*) filter (where state = 'failed') as failed
    from image where org_id = ${orgId} and state <> 'analysed'`.execute(tx);
  return rows[0] ?? { waiting: 0, active: 0, failed: 0 };
}
