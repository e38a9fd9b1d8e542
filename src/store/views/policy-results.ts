/**
 * The page of one policy: what it says of each image that counts, violations first. An image that waits for its result is not
 * listed; one that could not be analysed has no data, with the reason.
 */
import { sql, type Kysely } from "kysely";
import type { PolicyStatus } from "../../domain/policy.ts";
import type { Database } from "../schema.ts";
import { readCursor, toPage, writeCursor } from "./cursor.ts";
import { judgements } from "./policy-judgements.ts";

export interface PolicyResultRow {
  readonly imageId: string;
  /** Empty for an image that was never pushed to a repository. */
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string;
  readonly platform: string | null;
  readonly status: PolicyStatus;
  readonly reason: string | null;
  readonly deviationCount: number;
  readonly firstDeviation: string | null;
  readonly remediation: string | null;
  readonly evaluatedAt: Date;
}

export interface PolicyResultQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly status?: PolicyStatus | undefined;
}

/** @throws PlimsollError REQUEST_INVALID for a cursor of another list */
export async function listPolicyResults(
  tx: Kysely<Database>,
  orgId: string,
  policyId: string,
  { limit, cursor, status }: PolicyResultQuery,
): Promise<{ entries: PolicyResultRow[]; next: string | null }> {
  const list = `policies/${policyId}/results`;
  const after = readCursor(list, cursor, ["number", "text", "text", "uuid"]);
  const { rows } = await sql<PolicyResultRow & { rank: number }>`
    with listed as (
      select image.id as "imageId", coalesce(place.repository, '') as repository, place.tag, image.digest, image.platform,
        case judgement.judged when 'failed' then 'no_data' else judgement.judged end as status,
        case judgement.judged when 'failed' then 'The analysis failed: ' || coalesce(image.failure_message, 'unknown')
          else result.reason end as reason,
        case judgement.judged when 'not_met' then 0 when 'met' then 2 else 1 end as rank,
        coalesce(json_array_length(result.deviations), 0) as "deviationCount",
        result.deviations -> 0 ->> 'message' as "firstDeviation",
        result.deviations -> 0 ->> 'remediation' as remediation,
        coalesce(evaluation.evaluated_at, image.first_seen_at) as "evaluatedAt"
      from ${judgements(tx, orgId, policyId)} judgement
      join image on image.org_id = ${orgId} and image.id = judgement.image_id
      left join evaluation on evaluation.org_id = image.org_id and evaluation.id = image.evaluation_id
      left join policy_result result on result.org_id = image.org_id
        and result.evaluation_id = image.evaluation_id and result.policy_id = judgement.policy_id
      ${place(orgId)}
      where judgement.judged <> 'waiting'
    )
    select * from listed
    where (${status ?? null}::text is null or status = ${status ?? null})
      and (${after === null} or (rank, repository, coalesce(tag, ''), "imageId")
        > (${after?.[0] ?? 0}::bigint, ${after?.[1] ?? ""}, ${after?.[2] ?? ""}, ${after?.[3] ?? null}::uuid))
    order by rank, repository, coalesce(tag, ''), "imageId"
    limit ${limit + 1}`.execute(tx);
  return toPage(rows, limit, {
    entry: ({ rank: _rank, ...row }) => row,
    cursor: (row) => writeCursor(list, [row.rank, row.repository, row.tag ?? "", row.imageId]),
  });
}

/** By which name people know an image: the repository where a tag points at it, the newest of several, else where it was pushed last. */
function place(orgId: string) {
  return sql`left join lateral (
    select registry.host || '/' || repository.name as repository, pointing.name as tag
    from repository_image held
    join repository on repository.org_id = held.org_id and repository.id = held.repository_id
    join registry on registry.org_id = repository.org_id and registry.id = repository.registry_id
    left join lateral (
      select tag.name, tag.pushed_at from tag
      where tag.org_id = held.org_id and tag.repository_id = held.repository_id and tag.digest = held.pushed_digest
      order by tag.pushed_at desc, tag.name desc limit 1
    ) pointing on true
    where held.org_id = ${orgId} and held.image_id = image.id
    order by pointing.pushed_at desc nulls last, held.first_pushed_at desc, repository.name
    limit 1
  ) place on true`;
}
