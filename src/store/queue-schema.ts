/**
 * The queue's tables, owned by its own role: pg-boss makes them, and we add the rights of those who enqueue and one function.
 * Server and worker may add a job and see whether it is there; they can read nothing of other jobs.
 */
import type { PgBoss, Queue as QueueOptions } from "pg-boss";
import type pg from "pg";
import { roleName } from "./connection.ts";
import { jobKinds, type JobKind } from "./job-kinds.ts";
import { queueSchema } from "./roles.ts";

/** Where jobs go that failed for good. */
export const deadQueue = "dead";

/** A worker tells at a third of this that it is alive; silent for longer, its job is given to another. */
export const HEARTBEAT_SECONDS = 15;

/** Two weeks. */
const DEAD_SECONDS = 1_209_600;

/** Run by one process at a time, with the tables made. */
export async function setUpQueues(boss: PgBoss, pool: pg.Pool): Promise<void> {
  await pool.query(grants);
  const there = new Set((await boss.getQueues()).map(({ name }) => name));
  const dead = {
    heartbeatSeconds: HEARTBEAT_SECONDS,
    deleteAfterSeconds: DEAD_SECONDS,
    retentionSeconds: DEAD_SECONDS,
  };
  if (!there.has(deadQueue)) await boss.createQueue(deadQueue, dead);
  else await boss.updateQueue(deadQueue, dead);
  for (const kind of Object.keys(jobKinds) as JobKind[]) {
    const options = queueOptions(kind);
    if (!there.has(kind)) await boss.createQueue(kind, { ...options, policy: "stately" });
    else await boss.updateQueue(kind, options);
  }
}

/**
 * `stately`: of a key one job waits, one waits for another try and one runs. So a change that comes while the job for it runs is
 * not lost: it may have read the old state, and the one more reads the new.
 */
function queueOptions(kind: JobKind): Omit<QueueOptions, "name" | "policy"> {
  const row = jobKinds[kind];
  return {
    expireInSeconds: row.expireSeconds,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    retryLimit: row.retryMax,
    retryDelay: row.retryDelaySeconds,
    retryDelayMax: row.retryDelaySecondsMax,
    retryBackoff: true,
    deadLetter: deadQueue,
    // Finished jobs say nothing that the stored results do not.
    deleteAfterSeconds: 3_600,
  };
}

const writers = [roleName("app"), roleName("engine")].join(", ");

/**
 * `hold_jobs` keeps waiting jobs from being taken before the transaction that calls it ends: a worker passes over locked rows. Without
 * it a job that waits already could start, and read the old state, just before the change that asked for it is committed. It also
 * brings a job forward that was to start later. Returns the keys that wait.
 */
const grants = `
  grant usage on schema ${queueSchema} to ${writers};
  grant select on ${queueSchema}.queue to ${writers};
  grant insert, select (id, start_after) on ${queueSchema}.job, ${queueSchema}.job_common to ${writers};
  create or replace function ${queueSchema}.hold_jobs(kind text, keys text[], not_before timestamptz, at_least integer)
    returns setof text language plpgsql volatile security definer set search_path = ${queueSchema}, pg_temp
  as $$ begin
    update job set start_after = least(start_after, not_before), priority = greatest(priority, at_least)
      where name = kind and singleton_key = any (keys) and state = 'created'
        and (start_after > not_before or priority < at_least);
    return query select singleton_key from job
      where name = kind and singleton_key = any (keys) and state = 'created' for share;
  end $$;
  revoke all on function ${queueSchema}.hold_jobs(text, text[], timestamptz, integer) from public;
  grant execute on function ${queueSchema}.hold_jobs(text, text[], timestamptz, integer) to ${writers};
`;
