/** Who is affected: the images of an organisation that hold a vulnerability, by any of its ids. */
import { sql, type Kysely } from "kysely";
import type { Database, StoredFinding } from "../schema.ts";
import { spellings } from "../stores/evaluation-requests.ts";
import { newestPlace } from "./newest-place.ts";

export interface AffectedImage {
  readonly imageId: string;
  readonly digest: string;
  /** Null: it stands in no repository any more. */
  readonly repository: string | null;
  /** Tags that name it now. */
  readonly tags: readonly string[];
  /** Packages that have it. */
  readonly purls: readonly string[];
  /** Of all these packages; null: none is known for one of them, or they are fixed in different versions. */
  readonly fixedVersion: string | null;
  /** True: in all of them a statement or an exception says that it does not count. */
  readonly suppressed: boolean;
}

export interface AffectedImages {
  /** As published. */
  readonly vulnerability: string;
  readonly aliases: readonly string[];
  /** The gravest of what is known. */
  readonly finding: Pick<StoredFinding, "severity" | "summary">;
  readonly kev: boolean;
  readonly epss: number | null;
  readonly imageCount: number;
  /** Those with a tag first; at most 1,000. */
  readonly images: readonly AffectedImage[];
}

/** Null: no image of the organisation holds it. `vulnerability` in any case. */
export async function findAffectedImages(
  tx: Kysely<Database>,
  orgId: string,
  vulnerability: string,
): Promise<AffectedImages | null> {
  const known = await findKnown(tx, orgId, spellings(vulnerability));
  if (known === null) return null;
  const { rows } = await sql<AffectedImage & { imageCount: number }>`
    with found as materialized (
      select f.id, f.package_id, f.vulnerability, f.fixed_version from finding f
      where f.vulnerability = any (${known.ids}::text[]) or f.aliases && ${known.ids}::text[]
    ), affected as materialized (
      select held.image_id, array_agg(distinct held.purl order by held.purl) as purls,
        bool_and(coalesce(label.suppressed, false)) as suppressed,
        case when bool_and(found.fixed_version is not null) and count(distinct found.fixed_version) = 1
          then max(found.fixed_version) end as fixed_version
      from found
      join image_package held on held.org_id = ${orgId} and held.package_id = found.package_id
      left join labelled_finding label on label.org_id = held.org_id and label.image_id = held.image_id
        and label.package_id = found.package_id and label.vulnerability = found.vulnerability
      group by held.image_id
    )
    select i.id as "imageId", i.digest, place.repository, coalesce(place.tags, '{}') as tags, affected.purls,
      affected.fixed_version as "fixedVersion", affected.suppressed, count(*) over () as "imageCount"
    from affected
    join image i on i.org_id = ${orgId} and i.id = affected.image_id
    ${newestPlace}
    order by place.pushed_at desc nulls last, i.first_seen_at desc, i.id limit ${IMAGES_MAX}`.execute(tx);
  if (rows.length === 0) return null;
  return {
    ...known,
    imageCount: rows[0]?.imageCount ?? 0,
    images: rows.map(({ imageCount: _count, ...image }) => image),
  };
}

const IMAGES_MAX = 1000;

interface Known extends Omit<AffectedImages, "imageCount" | "images"> {
  /** Under which findings of it may stand. */
  readonly ids: readonly string[];
}

/** What findings of the organisation's packages say of the vulnerability. Several feeds may name it by different ids. */
async function findKnown(tx: Kysely<Database>, orgId: string, ids: readonly string[]): Promise<Known | null> {
  const { rows } = await sql<{ vulnerability: string; aliases: readonly string[]; body: StoredFinding }>`
    select f.vulnerability, f.aliases, f.body from finding f
    where (f.vulnerability = any (${ids}::text[]) or f.aliases && ${ids}::text[])
      and exists (select from org_package own where own.org_id = ${orgId} and own.package_id = f.package_id)
    order by array_position(array['critical', 'high', 'medium', 'low', 'unspecified'], f.severity), f.id
    limit 100`.execute(tx);
  const [gravest] = rows;
  if (gravest === undefined) return null;
  const others = new Set(rows.flatMap(({ vulnerability, aliases }) => [vulnerability, ...aliases]));
  const context = await sql<{ kev: boolean; epss: number | null }>`
    select coalesce(bool_or(kev is not null), false) as kev, max((epss ->> 'score')::float) as epss
    from vulnerability_context where vulnerability = any (${[...others]}::text[])`.execute(tx);
  const [{ kev, epss } = { kev: false, epss: null }] = context.rows;
  const { vulnerability, body } = gravest;
  const aliases = [...others].filter((id) => id !== vulnerability).sort();
  return { ids, vulnerability, aliases, finding: body, kev, epss };
}
