/** The packages of an organisation's images, and which images hold those of a name. */
import { sql, type Kysely } from "kysely";
import { PlimsollError } from "../../domain/error.ts";
import type { Database } from "../schema.ts";
import { readCursor, toPage, writeCursor } from "./cursor.ts";
import { newestPlace } from "./newest-place.ts";

export interface PackageRow {
  readonly id: number;
  readonly purl: string;
  readonly ecosystem: string;
  /** Null: the ecosystem has none, or the package has not. */
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string;
  /** `debian 12`; null: no distro. */
  readonly distro: string | null;
}

export interface ListedPackage extends PackageRow {
  /** Of the organisation, whether they count or not. */
  readonly imageCount: number;
  /** Vulnerabilities that affect it, or might; of several classes the number in all. */
  readonly vulnerabilityCount: number;
}

export interface PackageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Start of the name. */
  readonly name?: string | undefined;
  readonly ecosystem?: string | undefined;
}

/** By name. @throws PlimsollError REQUEST_INVALID for a cursor of another list */
export async function listPackages(
  tx: Kysely<Database>,
  orgId: string,
  { limit, cursor, name = "", ecosystem }: PackageQuery,
): Promise<{ entries: ListedPackage[]; next: string | null }> {
  const list = "packages";
  const after = readCursor(list, cursor, ["text", "number"]);
  const { rows } = await sql<ListedPackage>`
    with page as materialized (
      select package.* from package
      where exists (select from org_package own where own.org_id = ${orgId} and own.package_id = package.id)
        and ${startsWith(name)}
        and (${ecosystem ?? null}::text is null or package.ecosystem = ${ecosystem ?? null})
        and (${after === null} or (package.name, package.id) > (${after?.[0] ?? ""}::text, ${after?.[1] ?? 0}::bigint))
      order by package.name, package.id limit ${limit + 1}
    )
    select ${columns("page")},
      (select count(distinct held.image_id) from image_package held
        where held.org_id = ${orgId} and held.package_id = page.id) as "imageCount",
      (select count(*) from finding where finding.package_id = page.id) as "vulnerabilityCount"
    from page order by page.name, page.id`.execute(tx);
  return toPage(rows, limit, {
    entry: (row) => row,
    cursor: (row) => writeCursor(list, [row.name, row.id]),
  });
}

/**
 * Those whose bare name begins with `prefix`; with `exact` those that have it.
 * @throws PlimsollError REQUEST_INVALID when there are more than a search looks at
 */
export async function findPackagesByName(
  tx: Kysely<Database>,
  orgId: string,
  { prefix, exact }: { readonly prefix: string; readonly exact: boolean },
): Promise<readonly PackageRow[]> {
  const { rows } = await sql<PackageRow>`
    select ${columns("package")} from package
    where exists (select from org_package own where own.org_id = ${orgId} and own.package_id = package.id)
      and ${exact ? sql`package.name = ${prefix}` : startsWith(prefix)}
    order by package.name, package.id limit ${CANDIDATES_MAX + 1}`.execute(tx);
  if (rows.length <= CANDIDATES_MAX) return rows;
  throw new PlimsollError(
    "REQUEST_INVALID",
    `More than ${CANDIDATES_MAX} packages have such a name; write more of it before the first star.`,
  );
}

const CANDIDATES_MAX = 100_000;

/** By comparisons that an index may answer under row security, which `like` may not. */
function startsWith(prefix: string) {
  if (prefix === "") return sql<boolean>`true`;
  return sql<boolean>`(package.name >= ${prefix} and package.name < ${prefix + LAST_CHARACTER})`;
}

/** Sorts behind every character that a name may have. */
const LAST_CHARACTER = "\u{10FFFF}";

function columns(relation: string) {
  const of = (column: string) => sql.ref(`${relation}.${column}`);
  return sql`${of("id")}, ${of("purl")}, ${of("ecosystem")}, ${of("identity")}::json ->> 2 as namespace, ${of("name")},
    ${of("version")}, ${of("distro")}`;
}

export interface HoldingImage {
  readonly imageId: string;
  readonly digest: string;
  readonly platform: string | null;
  /** Null: it stands in no repository any more. */
  readonly repository: string | null;
  /** Tags that name it now. */
  readonly tags: readonly string[];
  /** Environments that it is recorded in. */
  readonly environments: readonly string[];
  /** Ids of the packages asked for that it holds. */
  readonly packageIds: readonly number[];
}

/** Images that hold one of the packages; those with a tag first. At most 1,000, and how many there are. */
export async function findHoldingImages(
  tx: Kysely<Database>,
  orgId: string,
  packageIds: readonly number[],
  environment: string | null,
): Promise<{ readonly imageCount: number; readonly images: readonly HoldingImage[] }> {
  const { rows } = await sql<HoldingImage & { imageCount: number }>`
    with holding as materialized (
      select held.image_id, array_agg(distinct held.package_id) as package_ids
      from image_package held
      where held.org_id = ${orgId} and held.package_id = any (${packageIds}::bigint[])
      group by held.image_id
    ), running as (
      select recorded.image_id, array_agg(environment.name order by environment.name) as names
      from environment_image recorded
      join environment on environment.org_id = recorded.org_id and environment.id = recorded.environment_id
      where recorded.org_id = ${orgId} group by recorded.image_id
    )
    select i.id as "imageId", i.digest, i.platform, place.repository, coalesce(place.tags, '{}') as tags,
      coalesce(running.names, '{}') as environments, to_json(holding.package_ids) as "packageIds",
      count(*) over () as "imageCount"
    from holding
    join image i on i.org_id = ${orgId} and i.id = holding.image_id
    left join running on running.image_id = holding.image_id
    ${newestPlace}
    where ${environment}::text is null or ${environment} = any (running.names)
    order by place.pushed_at desc nulls last, i.first_seen_at desc, i.id limit ${IMAGES_MAX}`.execute(tx);
  return {
    imageCount: rows[0]?.imageCount ?? 0,
    images: rows.map(({ imageCount: _count, ...image }) => image),
  };
}

const IMAGES_MAX = 1000;
