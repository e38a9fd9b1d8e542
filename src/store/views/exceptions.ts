/** Exceptions as they are read: the list, one of them, and what a new one would be about. */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";
import { spellings } from "../stores/evaluation-requests.ts";
import { toException, type ExceptionState, type StoredException } from "../stores/exceptions.ts";
import { readCursor, toPage, writeCursor } from "./cursor.ts";

export interface ExceptionQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly state?: ExceptionState | undefined;
  readonly vulnerability?: string | undefined;
}

/** The newest request first. @throws PlimsollError REQUEST_INVALID for a cursor of another list */
export async function listExceptions(
  tx: Kysely<Database>,
  orgId: string,
  { limit, cursor, state, vulnerability }: ExceptionQuery,
): Promise<{ entries: StoredException[]; next: string | null }> {
  const after = readCursor(LIST, cursor, ["number", "uuid"]);
  let query = tx
    .selectFrom("exception")
    .selectAll()
    .select(requestedMicros.as("micros"))
    .where("org_id", "=", orgId)
    .orderBy(requestedMicros, "desc")
    .orderBy("id", "desc")
    .limit(limit + 1);
  if (state !== undefined) query = query.where("state", "=", state);
  if (vulnerability !== undefined) query = query.where("vulnerability", "in", spellings(vulnerability));
  if (after !== null) {
    query = query.where(sql<boolean>`(${requestedMicros}, id) < (${after[0]}::bigint, ${after[1]}::uuid)`);
  }
  return toPage(await query.execute(), limit, {
    entry: toException,
    cursor: (row) => writeCursor(LIST, [row.micros, row.id]),
  });
}

const LIST = "exceptions/requested/desc";

/** A Date would lose the microseconds, and with them rows at the edge of a page. */
const requestedMicros = sql<number>`(extract(epoch from requested_at) * 1000000)::bigint`;

/** Null: not there, or not theirs. */
export async function findException(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
): Promise<StoredException | null> {
  const row = await tx
    .selectFrom("exception")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row === undefined ? null : toException(row);
}

/** A package with the vulnerability, in some image of the organisation. */
export interface VulnerablePackage {
  readonly packageId: number;
  readonly purl: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  readonly sourceName: string | null;
  readonly sourceVersion: string | null;
  /** The id that was asked for, as published: the finding's own, or one of its aliases. */
  readonly vulnerability: string;
}

/** Packages of the organisation that have the vulnerability, by any of its ids; at most 1,000. */
export async function findVulnerablePackages(
  tx: Kysely<Database>,
  orgId: string,
  vulnerability: string,
): Promise<VulnerablePackage[]> {
  const ids = spellings(vulnerability);
  const { rows } = await sql<VulnerablePackage>`
    select package.id as "packageId", package.purl, package.ecosystem, package.name, package.version,
      package.source_name as "sourceName", package.source_version as "sourceVersion",
      (select id from unnest(array[finding.vulnerability] || finding.aliases) id
        where id = any (${ids}::text[]) limit 1) as vulnerability
    from finding
    join package on package.id = finding.package_id
    where (finding.vulnerability = any (${ids}::text[]) or finding.aliases && ${ids}::text[])
      and exists (select from org_package own where own.org_id = ${orgId} and own.package_id = package.id)
    order by package.id limit ${PACKAGES_MAX}`.execute(tx);
  return rows;
}

const PACKAGES_MAX = 1_000;

/** Whether an image of the organisation holds one of the packages, within a digest and repositories (null: any). */
export async function isHeldWithin(
  tx: Kysely<Database>,
  orgId: string,
  packageIds: readonly number[],
  within: { readonly digest: string | null; readonly repositoryIds: readonly string[] | null },
): Promise<boolean> {
  const { digest, repositoryIds } = within;
  const { rows } = await sql<{ held: boolean }>`
    select exists (
      select from image_package
      join image on image.org_id = image_package.org_id and image.id = image_package.image_id
      where image_package.org_id = ${orgId} and image_package.package_id = any (${packageIds}::bigint[])
        and (${repositoryIds === null} and (${digest}::text is null or image.digest = ${digest}) or exists (
          select from repository_image pushed
          where pushed.org_id = image.org_id and pushed.image_id = image.id
            and (${repositoryIds === null} or pushed.repository_id = any (${repositoryIds ?? []}::uuid[]))
            and (${digest}::text is null or image.digest = ${digest} or pushed.pushed_digest = ${digest})))
    ) as held`.execute(tx);
  return rows[0]?.held === true;
}

/** Repositories of the organisation with their canonical names, enabled or not. */
export async function listRepositoryNames(
  tx: Kysely<Database>,
  orgId: string,
): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select repository.id, registry.host || '/' || repository.name as name
    from repository join registry on registry.org_id = repository.org_id and registry.id = repository.registry_id
    where repository.org_id = ${orgId}
    order by name`.execute(tx);
  return rows;
}
