/** Findings of an organisation's packages, each once however many images hold it, with who looks after it and since when it is there. */
import { sql, type Kysely } from "kysely";
import type { Severity } from "../../domain/advisory.ts";
import type { Database } from "../schema.ts";
import { countingImages } from "../views/counting-images.ts";
import { readCursor, toPage, writeCursor } from "./cursor.ts";

export interface ListedFinding {
  readonly vulnerability: string;
  readonly aliases: readonly string[];
  readonly purl: string;
  readonly severity: Severity;
  readonly state: "affected" | "undetermined";
  readonly fixedVersion: string | null;
  /** When the organisation first had the package with it. */
  readonly firstSeenAt: Date;
  /** Images that count and hold it. */
  readonly imageCount: number;
  readonly accountId: string | null;
  readonly account: string | null;
  readonly teamId: string | null;
  readonly team: string | null;
  readonly assignedAt: Date | null;
}

export interface FindingQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** By any of its ids. */
  readonly vulnerability?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly accountId?: string | undefined;
  readonly teamId?: string | undefined;
  /** False: those that nobody looks after. */
  readonly assigned?: boolean | undefined;
}

/** Of packages in images that count, by vulnerability and package URL. @throws PlimsollError REQUEST_INVALID for a cursor of another list */
export async function listFindings(
  tx: Kysely<Database>,
  orgId: string,
  { limit, cursor, vulnerability, severity, accountId, teamId, assigned }: FindingQuery,
): Promise<{ entries: ListedFinding[]; next: string | null }> {
  const after = readCursor(LIST, cursor, ["text", "number"]);
  const id = vulnerability ?? null;
  const { rows } = await sql<ListedFinding & { packageId: number }>`
    with counting as materialized (${countingImages(tx, orgId)}), held as materialized (
      select p.package_id, count(distinct p.image_id) as images from image_package p
      where p.org_id = ${orgId} and p.image_id in (select image_id from counting) group by p.package_id
    ), page as (
      select f.*, held.images, a.account_id, a.team_id, a.assigned_at from finding f
      join held on held.package_id = f.package_id
      left join finding_assignment a
        on a.org_id = ${orgId} and a.package_id = f.package_id and a.vulnerability = f.vulnerability
      where (${id}::text is null or f.vulnerability = ${id} or f.aliases @> array[${id}::text])
        and (${severity ?? null}::text is null or f.severity = ${severity ?? null})
        and (${accountId ?? null}::uuid is null or a.account_id = ${accountId ?? null}::uuid)
        and (${teamId ?? null}::uuid is null or a.team_id = ${teamId ?? null}::uuid)
        and (${assigned ?? null}::boolean is null
          or (a.account_id is not null or a.team_id is not null) = ${assigned ?? null}::boolean)
        and (${after === null} or (f.vulnerability, f.package_id) > (${after?.[0] ?? ""}::text, ${after?.[1] ?? 0}::bigint))
      order by f.vulnerability, f.package_id limit ${limit + 1}
    )
    select page.vulnerability, page.aliases, page.package_id as "packageId", package.purl, page.severity, page.state,
      page.fixed_version as "fixedVersion", page.images as "imageCount",
      greatest(page.found_at, (
        select min(i.first_seen_at) from image_package p join image i on i.org_id = p.org_id and i.id = p.image_id
        where p.org_id = ${orgId} and p.package_id = page.package_id
      )) as "firstSeenAt",
      page.account_id as "accountId", account.name as account, page.team_id as "teamId", team.name as team,
      page.assigned_at as "assignedAt"
    from page join package on package.id = page.package_id
    left join account on account.id = page.account_id
    left join team on team.org_id = ${orgId} and team.id = page.team_id
    order by page.vulnerability, page.package_id`.execute(tx);
  return toPage(rows, limit, {
    entry: ({ packageId: _id, ...row }) => row,
    cursor: ({ vulnerability: last, packageId }) => writeCursor(LIST, [last, packageId]),
  });
}

const LIST = "findings";
