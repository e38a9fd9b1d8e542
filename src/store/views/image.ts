/** One image: what is known of it, where it stands, and its newest verdict. */
import { sql, type Kysely } from "kysely";
import type { BaseImageFacts, PolicyStatus } from "../../domain/policy.ts";
import type { VerdictCause } from "../../domain/verdict-history.ts";
import type { Database } from "../schema.ts";
import { findEnvironments } from "./evaluation-sources.ts";
import { storedCounts, type SeverityCounts } from "./severity-counts.ts";

export interface ImageDetail {
  readonly id: string;
  readonly digest: string;
  readonly platform: string | null;
  readonly state: Database["image"]["state"];
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
  readonly createdAt: Date | null;
  readonly analysedAt: Date | null;
  readonly sizeBytes: number | null;
  /** Its name for people. */
  readonly distro: string | null;
  /** `ID` of its os-release; null: it has no distribution. */
  readonly distroId: string | null;
  readonly distroVersion: string | null;
  readonly user: string | null;
  readonly completeness: Database["image"]["completeness"];
  readonly verification: Database["image"]["verification"];
  readonly packageCount: number | null;
  /** The distribution's packages are not known, because nothing lists them. */
  readonly noPackageDatabase: boolean;
  readonly layerCount: number;
  readonly base: BaseImageFacts | null;
  readonly baseReason: string | null;
  readonly findings: SeverityCounts | null;
  /** Null: not judged. */
  readonly evaluation: {
    readonly id: string;
    readonly status: PolicyStatus;
    readonly grade: string | null;
    readonly percent: number | null;
    readonly scoreReason: string | null;
    readonly evaluatedAt: Date;
    readonly causes: readonly VerdictCause[];
    /** Digest of the vulnerability database that it rests on, or null. */
    readonly database: string | null;
  } | null;
  /** One of its findings is from demonstration data. */
  readonly hasDemonstration: boolean;
  /** It was judged, and something has changed since while it did not count: there is no verdict until it is judged again. */
  readonly outdated: boolean;
  readonly places: readonly ImagePlaceRow[];
  /** Names. */
  readonly environments: readonly string[];
}

export interface ImagePlaceRow {
  readonly repository: string;
  /** Tags that name it now. */
  readonly tags: readonly string[];
  /** Last push of it. */
  readonly pushedAt: Date;
}

/** Null: not there, or not theirs. */
export async function findImage(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
): Promise<ImageDetail | null> {
  const { rows } = await sql<Columns>`
    select i.id, i.digest, i.platform, i.state, i.failure_code as "failureCode", i.failure_message as "failureMessage",
      i.created_at as "createdAt", i.analysed_at as "analysedAt", i.size_bytes as "sizeBytes",
      coalesce(i.distro_name, i.distro) as distro, i.distro as "distroId", i.distro_version as "distroVersion", i.user_name as user, i.completeness, i.verification,
      i.package_count as "packageCount",
      coalesce(i.inventory @> '{"problems": [{"code": "NO_PACKAGE_DATABASE"}]}', false) as "noPackageDatabase", i.base, i.base_reason as "baseReason",
      (select count(*) from layer where layer.org_id = i.org_id and layer.image_id = i.id) as "layerCount",
      ${storedCounts("e")} as findings,
      e.id as "evaluationId", e.status, e.grade, e.percent, e.score_reason as "scoreReason",
      i.evaluation_id is null and i.outdated_evaluation_id is not null as outdated,
      e.evaluated_at as "evaluatedAt", e.causes, e.inputs ->> 'database' as database,
      exists (
        select from image_package held join finding on finding.package_id = held.package_id
        where held.org_id = i.org_id and held.image_id = i.id and finding.body @> '{"demonstration": true}'
      ) as "hasDemonstration"
    from image i
    left join evaluation e on e.org_id = i.org_id and e.id = i.evaluation_id
    where i.org_id = ${orgId} and i.id = ${imageId}`.execute(tx);
  const [row] = rows;
  if (row === undefined) return null;
  const { evaluationId, status, grade, percent, scoreReason, evaluatedAt, causes, database, ...image } = row;
  return {
    ...image,
    evaluation:
      evaluationId === null
        ? null
        : { id: evaluationId, status, grade, percent, scoreReason, evaluatedAt, causes, database },
    places: await listPlaces(tx, orgId, imageId),
    environments: await findEnvironments(tx, orgId, imageId),
  };
}

type Evaluation = NonNullable<ImageDetail["evaluation"]>;
type Columns = Omit<ImageDetail, "evaluation" | "places" | "environments"> &
  Omit<Evaluation, "id"> & { readonly evaluationId: string | null };

/** Repositories in which the image stands, by itself or in an index. */
async function listPlaces(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
): Promise<readonly ImagePlaceRow[]> {
  const { rows } = await sql<ImagePlaceRow>`
    select g.host || '/' || r.name as repository,
      array(
        select t.name from tag t
        where t.org_id = r.org_id and t.repository_id = r.id and t.digest = any (array_agg(held.pushed_digest))
        order by t.pushed_at desc, t.name limit ${TAGS_MAX}
      ) as tags,
      coalesce(
        (select max(p.pushed_at) from push p
          where p.org_id = r.org_id and p.repository_id = r.id and p.digest = any (array_agg(held.pushed_digest))),
        min(held.first_pushed_at)
      ) as "pushedAt"
    from repository_image held
    join repository r on r.org_id = held.org_id and r.id = held.repository_id
    join registry g on g.org_id = r.org_id and g.id = r.registry_id
    where held.org_id = ${orgId} and held.image_id = ${imageId}
    group by r.org_id, r.id, r.name, g.host
    order by repository`.execute(tx);
  return rows;
}

const TAGS_MAX = 100;
