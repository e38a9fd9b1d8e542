/** Who looks after which finding: of a package of the organisation, in however many of its images. */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";
import { storableJson } from "../storable.ts";
import type { Ownership } from "./teams.ts";

export interface NamedFinding {
  readonly vulnerability: string;
  /** As the list of findings shows it. */
  readonly purl: string;
}

/** Both null takes assignments away. Returns how many findings of the organisation were meant; others are passed over. */
export async function assignFindings(
  tx: Kysely<Database>,
  orgId: string,
  findings: readonly NamedFinding[],
  { accountId, teamId, by, now }: Ownership & { readonly by: string; readonly now: Date },
): Promise<number> {
  const meant = sql`
    select distinct finding.package_id, finding.vulnerability
    from jsonb_to_recordset(${storableJson(findings)}::jsonb) as t(vulnerability text, purl text)
    join package on package.purl = t.purl
    join org_package own on own.org_id = ${orgId} and own.package_id = package.id
    join finding on finding.package_id = package.id
      and (finding.vulnerability = t.vulnerability or t.vulnerability = any (finding.aliases))`;
  if (accountId === null && teamId === null) {
    const { rows } = await sql<{ count: number }>`
      with meant as (${meant}), gone as (
        delete from finding_assignment held using meant
        where held.org_id = ${orgId} and held.package_id = meant.package_id and held.vulnerability = meant.vulnerability
      )
      select count(*) as count from meant`.execute(tx);
    return rows[0]?.count ?? 0;
  }
  const { rows } = await sql`
    insert into finding_assignment (org_id, package_id, vulnerability, account_id, team_id, assigned_by, assigned_at)
    select ${orgId}, meant.package_id, meant.vulnerability, ${accountId}::uuid, ${teamId}::uuid, ${by}, ${now}
    from (${meant}) meant order by meant.package_id, meant.vulnerability
    on conflict (org_id, package_id, vulnerability) do update set account_id = excluded.account_id,
      team_id = excluded.team_id, assigned_by = excluded.assigned_by, assigned_at = excluded.assigned_at
    returning package_id`.execute(tx);
  return rows.length;
}
