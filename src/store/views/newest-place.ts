/** Where people look for an image: the repository in which a tag was put on it last, with its tags there. */
import { sql, type RawBuilder } from "kysely";

/**
 * Joins `place` (`repository`, `tags`, `pushed_at`) to the relation `i` of images; all null: it stands in no repository any more.
 * Tags are those that name it now.
 */
export const newestPlace: RawBuilder<unknown> = sql`
    left join lateral (
      select g.host || '/' || r.name as repository,
        array_agg(distinct t.name) filter (where t.name is not null) as tags, max(t.pushed_at) as pushed_at
      from repository_image held
      join repository r on r.org_id = held.org_id and r.id = held.repository_id
      join registry g on g.org_id = r.org_id and g.id = r.registry_id
      left join tag t on t.org_id = held.org_id and t.repository_id = held.repository_id and t.digest = held.pushed_digest
      where held.org_id = i.org_id and held.image_id = i.id
      group by g.host, r.name order by max(t.pushed_at) desc nulls last, repository limit 1
    ) place on true`;
