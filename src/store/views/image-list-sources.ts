/**
 * Which images a list may show: a row for each repository and image, with the tag that people know it by. A repository whose tag
 * is not resolved yet, or that has none, has a row without an image.
 */
import { sql, type RawBuilder } from "kysely";

/** The images of the most recently pushed tag of each enabled repository. */
export function latestTagImages(orgId: string): RawBuilder<unknown> {
  return sql`
    select r.id as "repositoryId", g.host || '/' || r.name as repository, t.name as tag, t.digest as pushed_digest,
      t.pushed_at as "pushedAt", held.image_id, held.found_at is not null as confirmed
    from repository r
    join registry g on g.org_id = r.org_id and g.id = r.registry_id
    left join lateral (
      select t.name, t.digest, t.pushed_at from tag t
      where t.org_id = r.org_id and t.repository_id = r.id
      order by t.pushed_at desc, t.name desc limit 1
    ) t on true
    left join repository_image held
      on held.org_id = r.org_id and held.repository_id = r.id and held.pushed_digest = t.digest
    where r.org_id = ${orgId} and r.enabled`;
}

/** The images recorded in an environment, in each repository they were pushed to, with the last push that named them. */
export function environmentImages(orgId: string, environment: string): RawBuilder<unknown> {
  return sql`
    select distinct on (r.id, held.image_id)
      r.id as "repositoryId", g.host || '/' || r.name as repository, pushed.tag, held.pushed_digest,
      coalesce(pushed.pushed_at, held.first_pushed_at) as "pushedAt", held.image_id, held.found_at is not null as confirmed
    from environment e
    join environment_image recorded on recorded.org_id = e.org_id and recorded.environment_id = e.id
    join repository_image held on held.org_id = recorded.org_id and held.image_id = recorded.image_id
    join repository r on r.org_id = held.org_id and r.id = held.repository_id
    join registry g on g.org_id = r.org_id and g.id = r.registry_id
    left join lateral (
      select p.tag, p.pushed_at, p.id from push p
      where p.org_id = held.org_id and p.repository_id = held.repository_id and p.digest = held.pushed_digest
      order by p.tag is null, p.id desc limit 1
    ) pushed on true
    where e.org_id = ${orgId} and e.name = ${environment}
    order by r.id, held.image_id, pushed.tag is null, pushed.id desc nulls last`;
}
