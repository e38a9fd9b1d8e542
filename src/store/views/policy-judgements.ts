/**
 * What the policies in force say of the images that count, as one relation: a row for each policy and each image in its scope. A
 * result counts when it was made by the newest version of the policy; until then the image waits.
 */
import { sql, type Kysely, type RawBuilder } from "kysely";
import type { Database } from "../schema.ts";
import { countingImages } from "./counting-images.ts";

export interface Judgement {
  readonly policy_id: string;
  readonly image_id: string;
  /** `failed`: it could never be analysed, so nothing is known. */
  readonly judged: "met" | "not_met" | "no_data" | "failed" | "waiting";
}

/** A query to select from. `policyId` null: all policies. The organisation is named, for the engine sees the rows of all. */
export function judgements(
  tx: Kysely<Database>,
  orgId: string,
  policyId: string | null,
): RawBuilder<Judgement> {
  return sql<Judgement>`(
    select policy.id as policy_id, image.id as image_id,
      case when result.policy_version = policy.version then result.status
        when image.state = 'failed' and image.evaluation_id is null then 'failed'
        else 'waiting' end as judged
    from policy
    join policy_version version
      on version.org_id = policy.org_id and version.policy_id = policy.id and version.version = policy.version
    join image on image.org_id = policy.org_id and image.id in (${countingImages(tx, orgId)})
    left join policy_result result
      on result.org_id = policy.org_id and result.evaluation_id = image.evaluation_id and result.policy_id = policy.id
    where policy.org_id = ${orgId} and policy.deleted_at is null and version.enabled
      and (${policyId}::uuid is null or policy.id = ${policyId}::uuid)
      and ${isInScope}
  )`;
}

/** `isInScope` of src/domain/policy-scope.ts, in SQL. */
const isInScope = sql<boolean>`
  (cardinality(version.scope_repositories) = 0 or exists (
    select from repository_image held
    join repository on repository.org_id = held.org_id and repository.id = held.repository_id
    join registry on registry.org_id = repository.org_id and registry.id = repository.registry_id
    cross join unnest(version.scope_repositories) pattern
    where held.org_id = image.org_id and held.image_id = image.id
      and registry.host || '/' || repository.name like replace(replace(replace(replace(
        pattern, '\\', '\\\\'), '%', '\\%'), '_', '\\_'), '*', '%')))
  and (cardinality(version.scope_environments) = 0 or exists (
    select from environment_image recorded
    join environment on environment.org_id = recorded.org_id and environment.id = recorded.environment_id
    where recorded.org_id = image.org_id and recorded.image_id = image.id
      and environment.name = any (version.scope_environments)))`;
