/**
 * A new vulnerability database in which one advisory differs, with many images stored: how long until every verdict that it
 * concerns was made anew, and how much was touched for it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Installation } from "./installation.ts";
import { PACKAGES_PER_IMAGE } from "./image-list.ts";
import { debianRecords, npmRecords } from "./records.ts";

export interface DatabaseUpdate {
  /** From the new database in its place until the worker has begun with it: its folder is looked at every 3 s. */
  readonly noticedMs: number;
  /** Until all stored packages were compared with it, from then on. */
  readonly appliedMs: number;
  /** Until the last evaluation that it asked for, from the beginning. */
  readonly turnedMs: number;
  readonly packages: number;
  readonly packagesChanged: number;
  readonly images: number;
  readonly evaluated: number;
  readonly turned: number;
}

/** As many libraries as generated images have among them. */
const LIBRARIES = PACKAGES_PER_IMAGE * 5;

/** Two updates: of the first database of all, by which every image is judged, and of one with a single change. */
export async function measureUpdates(
  installation: Installation,
): Promise<{ readonly first: DatabaseUpdate; readonly one: DatabaseUpdate }> {
  const debian = debianRecords();
  const first = await update(installation, [...debian, ...npmRecords(LIBRARIES, null)]);
  const one = await update(installation, [...debian, ...npmRecords(LIBRARIES, CHANGED)]);
  return { first, one };
}

/** Number of the library whose advisory becomes critical. */
const CHANGED = 100;

async function update(
  installation: Installation,
  records: Parameters<Installation["publish"]>[0],
): Promise<DatabaseUpdate> {
  const { sql } = installation;
  await installation.settle();
  const known = await appliedDatabase(sql);
  await installation.publish(records);
  const start = new Date();
  let state = known;
  while (state.digest === known.digest || state.appliedAt === null) {
    await sleep(20);
    state = await appliedDatabase(sql);
  }
  await installation.settle();
  const { rows } = await sql.query<Omit<DatabaseUpdate, "noticedMs" | "appliedMs" | "turnedMs"> & Times>(
    `select
       (select count(*)::integer from package) as packages,
       (select count(distinct package_id)::integer from finding where changed_at >= $1) as "packagesChanged",
       (select count(*)::integer from image where state = 'analysed') as images,
       (select count(*)::integer from evaluation where evaluated_at >= $1) as evaluated,
       (select count(*)::integer from event where kind = 'verdict.changed' and at >= $1) as turned,
       (select max(evaluated_at) from evaluation where evaluated_at >= $1) as last,
       (select max(started_on) from queue.job where name = 'advisories') as begun`,
    [start],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("no answer");
  const { last, begun, ...counts } = row;
  const applied = new Date(state.appliedAt ?? 0).getTime();
  return {
    ...counts,
    noticedMs: begun.getTime() - start.getTime(),
    appliedMs: applied - begun.getTime(),
    turnedMs: (last?.getTime() ?? applied) - start.getTime(),
  };
}

interface Times {
  /** Null: nothing was judged again. */
  readonly last: Date | null;
  readonly begun: Date;
}

async function appliedDatabase(
  sql: Installation["sql"],
): Promise<{ readonly digest: string | null; readonly appliedAt: string | null }> {
  const { rows } = await sql.query<{ digest: string | null; appliedAt: string | null }>(
    `select value->'status'->>'digest' as digest, value->>'appliedAt' as "appliedAt"
     from installation where key = 'vulnerability-database'`,
  );
  return rows[0] ?? { digest: null, appliedAt: null };
}
