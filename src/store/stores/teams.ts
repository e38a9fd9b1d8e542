/** Teams of an organisation, and whose repositories and images are. */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";

export interface TeamRow {
  readonly id: string;
  readonly name: string;
  /** By account name. */
  readonly members: readonly { readonly id: string; readonly name: string }[];
  readonly repositoryCount: number;
}

/** By name. */
export async function listTeams(tx: Kysely<Database>, orgId: string): Promise<readonly TeamRow[]> {
  const { rows } = await sql<TeamRow>`
    select team.id, team.name,
      coalesce((
        select jsonb_agg(jsonb_build_object('id', account.id, 'name', account.name) order by account.name)
        from team_member held join account on account.id = held.account_id
        where held.org_id = team.org_id and held.team_id = team.id
      ), '[]') as members,
      (select count(*) from repository r where r.org_id = team.org_id and r.team_id = team.id) as "repositoryCount"
    from team where team.org_id = ${orgId} order by team.name`.execute(tx);
  return rows;
}

/** Returns its id; null: there is one of this name. */
export async function insertTeam(tx: Kysely<Database>, orgId: string, name: string): Promise<string | null> {
  const row = await tx
    .insertInto("team")
    .values({ org_id: orgId, name })
    .onConflict((conflict) => conflict.columns(["org_id", "name"]).doNothing())
    .returning("id")
    .executeTakeFirst();
  return row?.id ?? null;
}

/** What was the team's is nobody's then. Returns its name; null: there is none. */
export async function deleteTeam(tx: Kysely<Database>, orgId: string, id: string): Promise<string | null> {
  const row = await tx
    .deleteFrom("team")
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .returning("name")
    .executeTakeFirst();
  return row?.name ?? null;
}

/** Who is in it from now on. Returns false when one of them is no member of the organisation; nothing is to be kept then. */
export async function setTeamMembers(
  tx: Kysely<Database>,
  orgId: string,
  teamId: string,
  accounts: readonly string[],
): Promise<boolean> {
  await tx.deleteFrom("team_member").where("org_id", "=", orgId).where("team_id", "=", teamId).execute();
  const { rows } = await sql`
    insert into team_member (org_id, team_id, account_id)
    select ${orgId}, ${teamId}, account_id from member where org_id = ${orgId} and account_id = any (${accounts}::uuid[])
    returning account_id`.execute(tx);
  return rows.length === new Set(accounts).size;
}

/** Whose something is; both null: nobody's. */
export interface Ownership {
  readonly accountId: string | null;
  readonly teamId: string | null;
}

/** Those of the two that the organisation does not have. */
export async function findStrangers(
  tx: Kysely<Database>,
  orgId: string,
  { accountId, teamId }: Ownership,
): Promise<readonly ("account" | "team")[]> {
  const { rows } = await sql<{ account: boolean; team: boolean }>`
    select ${accountId}::uuid is null or exists (
        select from member where org_id = ${orgId} and account_id = ${accountId}::uuid) as account,
      ${teamId}::uuid is null or exists (select from team where org_id = ${orgId} and id = ${teamId}::uuid) as team`.execute(
    tx,
  );
  const [known] = rows;
  return (["account", "team"] as const).filter((name) => known?.[name] !== true);
}

export interface OwnershipRow extends Ownership {
  readonly account: string | null;
  readonly team: string | null;
}

/** Its own, and of an image that has none that of the repository it was last pushed to. Null: there is no such thing. */
export async function findOwnership(
  tx: Kysely<Database>,
  orgId: string,
  kind: "repository" | "image",
  id: string,
): Promise<(OwnershipRow & { readonly from: "image" | "repository" | null }) | null> {
  const { rows } = await sql<OwnershipRow & { from: "image" | "repository" | null }>`
    select owned.owner_id as "accountId", owned.team_id as "teamId", account.name as account, team.name as team,
      case when owned.owner_id is not null or owned.team_id is not null then owned.source end as "from"
    from (${kind === "image" ? ofImage(orgId, id) : ofRepository(orgId, id)}) owned
    left join account on account.id = owned.owner_id
    left join team on team.org_id = ${orgId} and team.id = owned.team_id
    order by owned.owner_id is null and owned.team_id is null, owned.place limit 1`.execute(tx);
  return rows[0] ?? null;
}

function ofRepository(orgId: string, id: string) {
  return sql`select owner_id, team_id, 'repository' as source, 0 as place from repository where org_id = ${orgId} and id = ${id}`;
}

function ofImage(orgId: string, id: string) {
  return sql`
    select owner_id, team_id, 'image' as source, 0::bigint as place from image where org_id = ${orgId} and id = ${id}
    union all
    select r.owner_id, r.team_id, 'repository', row_number() over (order by held.first_pushed_at desc, r.id)
    from repository_image held join repository r on r.org_id = held.org_id and r.id = held.repository_id
    where held.org_id = ${orgId} and held.image_id = ${id}`;
}

/** Returns what it was; null: there is no such thing. */
export async function setOwnership(
  tx: Kysely<Database>,
  orgId: string,
  { kind, id }: { readonly kind: "repository" | "image"; readonly id: string },
  { accountId, teamId }: Ownership,
): Promise<Ownership | null> {
  const before = await tx
    .selectFrom(kind)
    .select(["owner_id as accountId", "team_id as teamId"])
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  if (before === undefined) return null;
  await tx
    .updateTable(kind)
    .set({ owner_id: accountId, team_id: teamId })
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .execute();
  return before;
}
