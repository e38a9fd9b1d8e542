/**
 * Images that count: those of the most recently pushed tag of each enabled repository, and those recorded in environments. What an
 * organisation is told about its compliance is about these, not about every image ever pushed.
 */
import type { AliasedRawBuilder, Kysely } from "kysely";
import { sql } from "kysely";
import type { Database } from "../schema.ts";

/** The most recently pushed tag of one repository. */
export interface LatestTag {
  readonly repository_id: string;
  /** `registry.example.com/acme/my-app` */
  readonly repository: string;
  readonly tag: string;
  /** Of the index or manifest. */
  readonly digest: string;
  readonly pushed_at: Date;
}

/** One row for each enabled repository that a tag was ever pushed to, under the name `latest`. */
export function latestTags(orgId: string): AliasedRawBuilder<LatestTag, "latest"> {
  return sql<LatestTag>`(
    select r.id as repository_id, g.host || '/' || r.name as repository, t.name as tag, t.digest, t.pushed_at
    from repository r
    join registry g on g.org_id = r.org_id and g.id = r.registry_id
    cross join lateral (
      select t.name, t.digest, t.pushed_at from tag t
      where t.org_id = r.org_id and t.repository_id = r.id
      order by t.pushed_at desc, t.name desc limit 1
    ) t
    where r.org_id = ${orgId} and r.enabled
  )`.as("latest");
}

/** Of the images that count those that no vulnerability database was asked about: they may be affected by anything. */
export async function countUnmatched(tx: Kysely<Database>, orgId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from image i
    left join evaluation e on e.org_id = i.org_id and e.id = i.evaluation_id
    where i.org_id = ${orgId} and i.id in (${countingImages(tx, orgId)}) and not coalesce(e.has_findings, false)`.execute(
    tx,
  );
  return rows[0]?.count ?? 0;
}

/**
 * Ids of the images that count, each once: `where("image.id", "in", countingImages(tx, orgId))`. The organisation is named, for
 * the engine sees the rows of all.
 */
export function countingImages(tx: Kysely<Database>, orgId: string) {
  const ofLatestTags = tx
    .selectFrom(latestTags(orgId))
    .innerJoin("repository_image as held", (join) =>
      join
        .on("held.org_id", "=", orgId)
        .onRef("held.repository_id", "=", "latest.repository_id")
        .onRef("held.pushed_digest", "=", "latest.digest"),
    )
    .select("held.image_id");
  const inEnvironments = tx
    .selectFrom("environment_image as recorded")
    .where("recorded.org_id", "=", orgId)
    .select("recorded.image_id");
  return ofLatestTags.union(inEnvironments);
}
