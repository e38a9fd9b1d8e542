/**
 * Of the candidates of each repository the worst: one that failed before one that does not meet the policies, before one without
 * data, before one that waits, before one that meets them; among equals the one with the lower share of points.
 */
import { sql, type RawBuilder } from "kysely";
import type { Database } from "../schema.ts";

/** From the relation `candidate`. `policyId`: the status that is asked for is that of this policy. */
export function worstImages(orgId: string, policyId: string | null): RawBuilder<unknown> {
  return sql`
    select distinct on ("repositoryId") *,
      count("imageId") over (partition by "repositoryId", pushed_digest) as "platformCount",
      bool_or(is_incomplete) over (partition by "repositoryId", pushed_digest) as incomplete
    from (${judgedCandidates(orgId, policyId)}) judged
    order by "repositoryId", rank, percent nulls first, platform`;
}

function judgedCandidates(orgId: string, policyId: string | null): RawBuilder<unknown> {
  return sql`
    select seen.*,
      case when asked = 'not_met' then 1 when asked = 'no_data' then 2 when asked = 'met' then 4
        when state = 'failed' then 0 else 3 end as rank
    from (
      select c."repositoryId", c.repository, c.tag, c.pushed_digest, c."pushedAt",
        i.id as "imageId", coalesce(i.digest, c.pushed_digest) as digest, i.platform,
        ${stateInPlace(sql`c`)} as state,
        coalesce(i.failure_code, told.failure_code) as "failureCode",
        coalesce(i.failure_message, told.failure_message) as "failureMessage",
        coalesce(i.completeness = 'incomplete', false) as is_incomplete,
        e.id as evaluation_id, e.status, e.grade, e.percent,
        ${policyId === null ? sql`e.status` : sql`result.status`} as asked, coalesce(e.has_findings, false) as has_findings,
        e.critical, e.high, e.medium, e.low, e.unspecified, e.suppressed, e.undetermined
      from candidate c
      left join image i on i.org_id = ${orgId} and i.id = c.image_id
      left join evaluation e on e.org_id = i.org_id and e.id = i.evaluation_id and c.confirmed
      ${policyId === null ? sql`` : resultOf(policyId)}
      left join lateral (
        select p.failure_code, p.failure_message from push p
        where c.confirmed is not true
          and p.org_id = ${orgId} and p.repository_id = c."repositoryId" and p.digest = c.pushed_digest
        order by p.id desc limit 1
      ) told on true
    ) seen`;
}

/**
 * The state of the image `i` in a place (a relation with `pushed_digest` and `confirmed`); `told` is the failure of its push. What
 * stands in a repository by the registry's word alone is not taken for what it was found to be elsewhere, until a worker has
 * fetched it from there.
 */
export function stateInPlace(place: RawBuilder<unknown>): RawBuilder<Database["image"]["state"] | null> {
  return sql`case
    when ${place}.pushed_digest is null then null
    when ${place}.confirmed then i.state
    when told.failure_code is not null or i.state = 'failed' then 'failed'
    when i.state = 'analysing' then 'analysing'
    else 'queued' end`;
}

function resultOf(policyId: string): RawBuilder<unknown> {
  return sql`left join policy_result result
    on result.org_id = e.org_id and result.evaluation_id = e.id and result.policy_id = ${policyId}`;
}
