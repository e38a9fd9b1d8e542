/** Repositories as they are listed in Settings, and looked up by the names that people use. */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";
import { readCursor, toPage, writeCursor } from "./cursor.ts";

export interface RepositoryRow {
  readonly id: string;
  /** Host. */
  readonly registry: string;
  /** `acme/my-app` */
  readonly name: string;
  /** `registry.example.com/acme/my-app` */
  readonly fullName: string;
  readonly enabled: boolean;
  readonly tagCount: number;
  readonly lastPushedAt: Date | null;
  /** The one that was pushed last; null: none was. */
  readonly latestTag: string | null;
  /** Of the latest tag, of several platforms the worst; null: not all of them have one. */
  readonly grade: string | null;
  readonly polledAt: Date | null;
  /** Why its tags could not be looked at; null: they could, or nobody did. */
  readonly failure: string | null;
}

export interface RepositoryQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Part of the full name, in any case. */
  readonly q?: string | undefined;
  readonly enabled?: boolean | undefined;
}

/** By full name. @throws PlimsollError REQUEST_INVALID for a cursor of another list */
export async function listRepositories(
  tx: Kysely<Database>,
  orgId: string,
  { limit, cursor, q = "", enabled }: RepositoryQuery,
): Promise<{ entries: RepositoryRow[]; next: string | null }> {
  const after = readCursor(LIST, cursor, ["text"]);
  const wanted = q.trim().toLowerCase();
  const { rows } = await sql<RepositoryRow>`
    select * from (${repositories(orgId)}) listed
    where (${wanted} = '' or position(${wanted} in lower("fullName")) > 0)
      and (${enabled ?? null}::boolean is null or enabled = ${enabled ?? null}::boolean)
      and (${after === null} or "fullName" > ${after?.[0] ?? ""}::text)
    order by "fullName" limit ${limit + 1}`.execute(tx);
  return toPage(rows, limit, {
    entry: (row) => row,
    cursor: ({ fullName }) => writeCursor(LIST, [fullName]),
  });
}

const LIST = "repositories";

/** Null: not there, or not theirs. */
export async function findRepository(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
): Promise<RepositoryRow | null> {
  const { rows } = await sql<RepositoryRow>`
    select * from (${repositories(orgId)}) listed where id = ${id}`.execute(tx);
  return rows[0] ?? null;
}

/** By host and name in the registry, enabled or not; null: not there, or not theirs. */
export async function findRepositoryByName(
  tx: Kysely<Database>,
  orgId: string,
  { host, name }: { readonly host: string; readonly name: string },
): Promise<{ readonly id: string; readonly enabled: boolean } | null> {
  const { rows } = await sql<{ id: string; enabled: boolean }>`
    select r.id, r.enabled from repository r
    join registry g on g.org_id = r.org_id and g.id = r.registry_id
    where r.org_id = ${orgId} and g.host = ${host} and r.name = ${name}`.execute(tx);
  return rows[0] ?? null;
}

function repositories(orgId: string) {
  return sql`
    select r.id, g.host as registry, r.name, g.host || '/' || r.name as "fullName", r.enabled,
      (select count(*) from tag t where t.org_id = r.org_id and t.repository_id = r.id) as "tagCount",
      (select max(t.pushed_at) from tag t where t.org_id = r.org_id and t.repository_id = r.id) as "lastPushedAt",
      latest.name as "latestTag", latest.grade, r.polled_at as "polledAt", r.poll_failure as failure
    from repository r
    join registry g on g.org_id = r.org_id and g.id = r.registry_id
    left join lateral (
      select newest.name, (
        select case when count(*) = count(e.grade) then max(e.grade) end
        from repository_image held
        join image i on i.org_id = held.org_id and i.id = held.image_id
        left join evaluation e on e.org_id = i.org_id and e.id = i.evaluation_id and held.found_at is not null
        where held.org_id = r.org_id and held.repository_id = r.id and held.pushed_digest = newest.digest
      ) as grade
      from (
        select t.name, t.digest from tag t where t.org_id = r.org_id and t.repository_id = r.id
        order by t.pushed_at desc, t.name desc limit 1
      ) newest
    ) latest on true
    where r.org_id = ${orgId}`;
}
