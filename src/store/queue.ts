/**
 * The job queue: pg-boss in the same database, so that a job is enqueued by the transaction of the change that needs it, and is not
 * there when that is rolled back. Jobs are taken by a loop of our own (queue-loop.ts). Long because everything that knows pg-boss
 * stands here, so that it could be replaced in one place.
 */
import { randomUUID } from "node:crypto";
import { CompiledQuery, type Kysely } from "kysely";
import { PgBoss, type Db } from "pg-boss";
import type pg from "pg";
import { PlimsollError } from "../domain/error.ts";
import { makePool, withClient } from "./connect.ts";
import type { StoreConnection } from "./connection.ts";
import { installationKey, jobKinds, type JobKind, type NewJob } from "./job-kinds.ts";
import { listen, type Listener } from "./listen.ts";
import { deadQueue, setUpQueues } from "./queue-schema.ts";
import { startLoop, type JobLoop, type LoopOptions, type RunJob } from "./queue-loop.ts";
import { queueSchema } from "./roles.ts";
import type { Database } from "./schema.ts";

/** What the server and everything that changes rows need of the queue. */
export interface Queue {
  /**
   * Enqueues jobs in the transaction `tx`; null: at once. Returns an id for each, or null where one with its key waits already,
   * which then starts after the transaction ends and so sees what it changed.
   */
  send(tx: Kysely<Database> | null, jobs: readonly NewJob[]): Promise<readonly (string | null)[]>;
}

export interface JobQueue extends Queue {
  /** Takes jobs of a kind until it is closed. `concurrency`: how many at once. */
  work(kind: JobKind, options: WorkOptions, run: RunJob): void;
  /** Takes the jobs that failed for good, one at a time, to record it where people see it. The reason is `failure`. */
  workFailed(run: RunJob): void;
  /** Jobs that failed for good, the newest first; kept for two weeks. */
  listFailed(countMax: number): Promise<readonly FailedJob[]>;
  /** How many wait and run, by kind. */
  count(): Promise<Readonly<Record<JobKind, JobCount>>>;
  /** Takes no more jobs, waits for those that run, hands back what is left after `graceMs`, and closes the connections. */
  close(graceMs?: number): Promise<void>;
}

export interface WorkOptions {
  readonly concurrency: number;
  /** How often to look for jobs when none was told of. Default 1 s; jobs that wait for their time are found by it. */
  readonly idleMs?: number;
  /** How often to tell that a job is still worked on. Default 5 s. */
  readonly heartbeatMs?: number;
}

export interface FailedJob {
  readonly kind: string;
  readonly key: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly failedAt: Date;
  readonly reason: string;
}

export interface JobCount {
  readonly waiting: number;
  readonly running: number;
}

export interface QueueOptions {
  /** Told of trouble of the queue itself, one line each; nothing of a payload is in it. */
  readonly log: (line: string) => void;
  /** True in workers: looks after jobs of workers that died, and asks for those that come at an interval. */
  readonly supervise: boolean;
  /** How often it looks. Default 5. */
  readonly superviseSeconds?: number;
}

/** Makes or migrates the queue's tables and opens it. @throws PlimsollError STORE_UNREACHABLE, STORE_FORBIDDEN */
export async function openQueue(connection: StoreConnection, options: QueueOptions): Promise<JobQueue> {
  const pool = makePool(connection, "queue", { connectionsMax: 6 });
  const boss = new PgBoss({
    db: withoutRunningKeys(poolDb(pool)),
    schema: queueSchema,
    createSchema: false,
    schedule: false,
    supervise: options.supervise,
    superviseIntervalSeconds: options.superviseSeconds ?? 5,
    monitorIntervalSeconds: options.superviseSeconds ?? 5,
    // Jobs that depend on jobs are not used; looking for them every five seconds is the default.
    flowIntervalSeconds: 3_600,
  });
  boss.on("error", (error) => options.log(`queue: ${error.message}`));
  boss.on("warning", ({ message }) => options.log(`queue: ${message}`));
  try {
    // Tables, queues and rights by one process at a time; whoever comes second finds them.
    await withClient(connection, "queue", async (client) => {
      await client.query(`select pg_advisory_lock(${LOCK_KEY})`);
      await boss.start();
      await setUpQueues(boss, pool);
    });
    return await openLoops(connection, options, boss, pool);
  } catch (error) {
    await boss.stop({ graceful: false, close: false });
    await pool.end();
    throw error;
  }
}

const LOCK_KEY = 7_095_115_309;

/** Told in the transaction of a job, with the kind. */
const channel = "plimsoll_job";

async function openLoops(
  connection: StoreConnection,
  options: QueueOptions,
  boss: PgBoss,
  pool: pg.Pool,
): Promise<JobQueue> {
  const loops = new Map<string, JobLoop>();
  const timers: NodeJS.Timeout[] = [];
  let listener: Promise<Listener | null> | null = null;
  const start = (name: string, loop: Omit<LoopOptions, "boss" | "pool" | "log" | "name">): void => {
    if (loops.has(name)) throw new PlimsollError("INTERNAL", `Jobs of the kind ${name} are taken already.`);
    loops.set(name, startLoop({ ...loop, name, boss, pool, log: options.log }));
    listener ??= listen({
      connection,
      role: "queue",
      channel,
      onMessage: (kind) => loops.get(kind)?.wake(),
      onGap: () => loops.forEach((each) => each.wake()),
    }).then(
      (opened) => {
        // For what was enqueued between their first look and now.
        loops.forEach((each) => each.wake());
        return opened;
      },
      (error: Error) => {
        // Without it the loops look once a second.
        options.log(`queue: no notifications: ${error.message}`);
        return null;
      },
    );
  };
  if (options.supervise) timers.push(...startIntervals(boss, options.log));
  const close = async (graceMs: number): Promise<void> => {
    timers.forEach((timer) => clearInterval(timer));
    await Promise.all([...loops.values()].map((loop) => loop.stop(graceMs)));
    await (await listener)?.close();
    await boss.stop({ graceful: false, close: false });
    await pool.end();
  };
  let closing: Promise<void> | null = null;
  return {
    send: (tx, jobs) => send(boss, pool, tx, jobs),
    work: (kind, loop, run) => start(kind, { ...loop, run }),
    workFailed: (run) => start(deadQueue, { concurrency: 1, run }),
    listFailed: (countMax) => listFailed(pool, countMax),
    count: () => count(pool),
    close: (graceMs = 20_000) => {
      closing ??= close(graceMs);
      return closing;
    },
  };
}

/** Every worker asks; the slot in time makes one job of it. */
function startIntervals(boss: PgBoss, log: (line: string) => void): NodeJS.Timeout[] {
  const timers: NodeJS.Timeout[] = [];
  for (const [kind, { everySeconds }] of Object.entries(jobKinds)) {
    if (everySeconds === null) continue;
    const ask = (): void => {
      const key = `${installationKey}/interval`;
      boss
        .send(kind, {}, { singletonKey: key, singletonSeconds: everySeconds, group: { id: key } })
        .catch((error: Error) => log(`queue: ${error.message}`));
    };
    ask();
    timers.push(setInterval(ask, everySeconds * 1_000));
  }
  return timers;
}

async function send(
  boss: PgBoss,
  pool: pg.Pool,
  tx: Kysely<Database> | null,
  jobs: readonly NewJob[],
): Promise<readonly (string | null)[]> {
  const sending = jobs.map((job) => ({ ...job, id: randomUUID() }));
  const wrong = sending.find((job) => !isWellFormed(job));
  if (wrong !== undefined)
    throw new PlimsollError("INTERNAL", `A job of the kind ${wrong.kind} is not well formed.`);
  const db = tx === null ? poolDb(pool) : transactionDb(tx);
  const added = new Set<string>();
  for (const kind of new Set(sending.map((job) => job.kind))) {
    const ofKind = sending.filter((job) => job.kind === kind);
    for (const id of await sendKind(boss, db, kind, ofKind)) added.add(id);
  }
  return sending.map(({ id }) => (added.has(id) ? id : null));
}

type SendingJob = NewJob & { readonly id: string };

/** Ids of those that were added. The others wait, and go on waiting until the transaction ends. */
async function sendKind(
  boss: PgBoss,
  db: Db,
  kind: JobKind,
  jobs: readonly SendingJob[],
): Promise<ReadonlySet<string>> {
  const added = new Set<string>();
  // In one order by everybody: two transactions that enqueue the same jobs wait for each other and never in a circle.
  let left = jobs.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  for (let round = 0; left.length > 0; round += 1) {
    // Only a job that is taken between the two statements, each time anew, leads to another round.
    if (round === SEND_ROUNDS_MAX)
      throw new PlimsollError("INTERNAL", `Jobs of the kind ${kind} cannot be enqueued.`);
    const ids = await boss.insert(kind, left.map(toInsert), { db, returnId: true });
    for (const id of ids ?? []) added.add(id);
    const refused = left.filter(({ id }) => !added.has(id));
    const waiting = await hold(db, kind, refused);
    const seen = new Set([...jobs.filter(({ id }) => added.has(id)).map(({ key }) => key), ...waiting]);
    left = refused.filter(({ key }) => !seen.has(key));
  }
  if (jobs.length > 0) await db.executeSql("select pg_notify($1, $2)", [channel, kind]);
  return added;
}

const SEND_ROUNDS_MAX = 20;

function toInsert(job: SendingJob): Parameters<PgBoss["insert"]>[1][number] {
  return {
    id: job.id,
    data: job.payload,
    singletonKey: job.key,
    // What runs with this key is asked for when jobs are taken.
    group: { id: job.key },
    priority: job.priority ?? 0,
    ...(job.startAfter === undefined ? {} : { startAfter: job.startAfter.toISOString() }),
  };
}

async function hold(db: Db, kind: JobKind, jobs: readonly SendingJob[]): Promise<ReadonlySet<string>> {
  const waiting = new Set<string>();
  if (jobs.length === 0) return waiting;
  const groups = Map.groupBy(jobs, (job) => `${job.startAfter?.toISOString() ?? ""} ${job.priority ?? 0}`);
  for (const [first, ...others] of groups.values()) {
    if (first === undefined) continue;
    const keys = [first, ...others].map(({ key }) => key);
    const { rows } = (await db.executeSql(
      `select ${queueSchema}.hold_jobs($1, $2::text[], coalesce($3::timestamptz, now()), $4::integer) as key`,
      [kind, keys, first.startAfter?.toISOString() ?? null, first.priority ?? 0],
    )) as { rows: { key: string }[] };
    for (const { key } of rows) waiting.add(key);
  }
  return waiting;
}

/** Keys start with the organisation, else two organisations with the same image would share a job. */
function isWellFormed(job: NewJob): boolean {
  const isOfOrganisation = uuidFirst.test(job.key) && job.payload["org"] === job.key.slice(0, 36);
  const isOfInstallation = job.key.startsWith(`${installationKey}/`) && !("org" in job.payload);
  const isKeyRight = jobKinds[job.kind].scope === "organisation" ? isOfOrganisation : isOfInstallation;
  const values = Object.values(job.payload);
  return isKeyRight && job.key.length <= 300 && values.every((value) => String(value).length <= 200);
}

const uuidFirst = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\//;

function poolDb(pool: pg.Pool): Db {
  return { executeSql: (text, values) => pool.query(text, values as unknown[]) };
}

/**
 * pg-boss takes no job whose key its statistics call running, and reads those once a minute: a key that has just run would wait for up
 * to that long. Which keys run is asked of the jobs themselves, when they are taken.
 */
function withoutRunningKeys(db: Db): Db {
  return {
    executeSql: async (text, values) => {
      const result = await db.executeSql(text, values);
      // Several statements at once answer with a list of results, which has no rows of its own.
      const { rows = [] } = result as { readonly rows?: Record<string, unknown>[] };
      for (const row of rows) {
        if ("singletonsActive" in row) row["singletonsActive"] = null;
      }
      return result;
    },
  };
}

function transactionDb(tx: Kysely<Database>): Db {
  return {
    executeSql: async (text, values) => {
      const { rows } = await tx.executeQuery(CompiledQuery.raw(text, values));
      return { rows: [...rows] };
    },
  };
}

async function listFailed(pool: pg.Pool, countMax: number): Promise<readonly FailedJob[]> {
  const { rows } = await pool.query<FailedJob>(
    `select source_name as kind, coalesce(singleton_key, '') as key, coalesce(data, '{}') as payload,
       created_on as "failedAt", coalesce(source_output->>'message', source_output->'value'->>'message', '') as reason
     from ${queueSchema}.job where name = $1 order by created_on desc limit $2`,
    [deadQueue, countMax],
  );
  return rows;
}

async function count(pool: pg.Pool): Promise<Readonly<Record<JobKind, JobCount>>> {
  const { rows } = await pool.query<JobCount & { kind: string }>(
    `select name as kind, count(*) filter (where state in ('created', 'retry')) as waiting,
       count(*) filter (where state = 'active') as running
     from ${queueSchema}.job where state in ('created', 'retry', 'active') group by name`,
  );
  const ofKind = (kind: string): JobCount => {
    const row = rows.find((each) => each.kind === kind);
    return { waiting: row?.waiting ?? 0, running: row?.running ?? 0 };
  };
  const kinds = Object.keys(jobKinds) as JobKind[];
  return Object.fromEntries(kinds.map((kind) => [kind, ofKind(kind)])) as Record<JobKind, JobCount>;
}
