/**
 * Takes jobs of one kind: as many as there is room for until none is left, then waits for a notification, for room, or for a second.
 * (pg-boss's own polling takes two jobs a second, and with its notifications a backlog drains even slower.)
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { JobWithMetadata, PgBoss } from "pg-boss";
import type pg from "pg";
import { HEARTBEAT_SECONDS } from "./queue-schema.ts";
import { queueSchema } from "./roles.ts";

export interface TakenJob {
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  /** Ids, as they were enqueued. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** 1 at the first try. */
  readonly attempt: number;
  /** When this try fails, there is no other. */
  readonly isLastAttempt: boolean;
  /** Of a job that failed for good: what its last try said. */
  readonly failure: string | null;
  /** Aborted when the job was given to another worker or this one must end; stop then and leave things as they are. */
  readonly signal: AbortSignal;
}

/**
 * Does a job. Throw only what may pass with another try; what can never work is recorded where people see it, and then it is done.
 * A job may be done twice (its worker died just before it could say so), so a second time must change nothing.
 */
export type RunJob = (job: TakenJob) => Promise<void>;

export interface LoopOptions {
  readonly name: string;
  readonly concurrency: number;
  readonly idleMs?: number;
  readonly heartbeatMs?: number;
  readonly run: RunJob;
  readonly boss: PgBoss;
  readonly pool: pg.Pool;
  readonly log: (line: string) => void;
}

export interface JobLoop {
  wake(): void;
  stop(graceMs: number): Promise<void>;
}

interface Running {
  readonly job: Fetched;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

type Fetched = JobWithMetadata<Record<string, unknown> | null>;

/** Takes jobs at once, and until `stop`. */
export function startLoop(options: LoopOptions): JobLoop {
  const running = new Map<string, Running>();
  const bell = makeBell();
  let isStopping = false;
  const start = (job: Fetched): void => {
    const abort = new AbortController();
    const done = runOne(options, job, abort).finally(() => {
      running.delete(job.id);
      bell.ring();
    });
    running.set(job.id, { job, abort, done });
  };
  const loop = async (): Promise<void> => {
    for (;;) {
      if (isStopping) return;
      const room = options.concurrency - running.size;
      const jobs = room > 0 ? await fetchJobs(options, room) : [];
      jobs.forEach(start);
      if (jobs.length === 0) await bell.wait(room > 0 ? (options.idleMs ?? IDLE_MS) : FULL_MS);
    }
  };
  const looping = loop();
  return {
    wake: () => bell.ring(),
    stop: async (graceMs) => {
      isStopping = true;
      bell.ring();
      await looping;
      await settled(running, graceMs);
      for (const { abort } of running.values()) abort.abort(new Error("The worker is ending."));
      await settled(running, ABORT_MS);
      for (const { job } of running.values()) await handBack(options, job);
    },
  };
}

const IDLE_MS = 1_000;
const FULL_MS = 60_000;
const HEARTBEAT_MS = (HEARTBEAT_SECONDS * 1_000) / 3;
const ABORT_MS = 3_000;

/** Trouble of the database is told and passes; the loop goes on. */
async function fetchJobs(options: LoopOptions, room: number): Promise<Fetched[]> {
  try {
    // A group is a key: what runs is passed over. Without it one waiting job whose key runs would hold up all behind it.
    return await options.boss.fetch<Record<string, unknown> | null>(options.name, {
      batchSize: room,
      includeMetadata: true,
      groupConcurrency: 1,
    });
  } catch (error) {
    options.log(`queue: ${options.name}: ${messageOf(error)}`);
    await sleep(IDLE_MS);
    return [];
  }
}

/** Never throws. Only the try that was taken is settled: when the job was given to another worker meanwhile, it is left alone. */
async function runOne(options: LoopOptions, job: Fetched, abort: AbortController): Promise<void> {
  const { boss, name } = options;
  const attempt = { id: job.id, retryCount: job.retryCount };
  const beat = setInterval(() => void heartbeat(options, job, abort), options.heartbeatMs ?? HEARTBEAT_MS);
  try {
    let failure: unknown = null;
    let hasFailed = false;
    try {
      await options.run(toTakenJob(job, abort.signal));
    } catch (error) {
      failure = error;
      hasFailed = true;
    }
    clearInterval(beat);
    // Aborted because this worker ends: no failure of the job's.
    if (hasFailed && abort.signal.aborted) return await handBack(options, job);
    if (hasFailed) await boss.fail(name, attempt, { message: messageOf(failure) });
    else await boss.complete(name, attempt);
  } catch (error) {
    // Not settled: when the heartbeat is missed, the job is given to the next worker.
    options.log(`queue: ${name}: ${messageOf(error)}`);
  } finally {
    clearInterval(beat);
  }
}

async function heartbeat(options: LoopOptions, job: Fetched, abort: AbortController): Promise<void> {
  try {
    const touched = (await options.boss.touch(options.name, {
      id: job.id,
      retryCount: job.retryCount,
    })) as { affected?: number };
    if (touched.affected === 0) abort.abort(new Error("The job was given to another worker."));
  } catch (error) {
    options.log(`queue: ${options.name}: ${messageOf(error)}`);
  }
}

/**
 * The try did not take place. The job goes back as one to be tried again, at once and without a mark; where such a one with its key
 * is there already, that does for both.
 */
async function handBack(options: LoopOptions, job: Fetched): Promise<void> {
  const values = [options.name, job.id, job.retryCount];
  const where = "where name = $1 and id = $2 and retry_count = $3 and state = 'active'";
  try {
    await options.pool.query(
      `update ${queueSchema}.job set state = 'retry', started_on = null, heartbeat_on = null, start_after = now() ${where}`,
      values,
    );
    await options.pool.query("select pg_notify('plimsoll_job', $1)", [options.name]);
  } catch (error) {
    const isDouble = error instanceof Error && "code" in error && error.code === "23505";
    if (!isDouble) return options.log(`queue: ${options.name}: ${messageOf(error)}`);
    await options.boss.complete(options.name, { id: job.id, retryCount: job.retryCount });
  }
}

function toTakenJob(job: Fetched, signal: AbortSignal): TakenJob {
  return {
    id: job.id,
    kind: job.sourceName ?? job.name,
    key: job.singletonKey ?? "",
    payload: job.data ?? {},
    attempt: job.retryCount + 1,
    isLastAttempt: job.retryCount >= job.retryLimit,
    failure: job.sourceName === null ? null : readFailure(job.sourceOutput),
    signal,
  };
}

/** Ours is `{message}`; pg-boss's own, for a job whose worker went silent, stands one deeper. */
function readFailure(output: object | null): string {
  const outer = output as {
    readonly message?: unknown;
    readonly value?: { readonly message?: unknown };
  } | null;
  const message = outer?.message ?? outer?.value?.message;
  return typeof message === "string" ? message : "";
}

/** Until none runs, or the time is over. */
async function settled(running: ReadonlyMap<string, Running>, waitMs: number): Promise<void> {
  if (running.size === 0) return;
  const over = new AbortController();
  const all = Promise.all([...running.values()].map(({ done }) => done));
  await Promise.race([all, sleep(waitMs, null, { signal: over.signal }).catch(() => {})]);
  over.abort();
}

interface Bell {
  ring(): void;
  /** Until it rings, which counts also when it rang since the last wait; or until the time is over. */
  wait(waitMs: number): Promise<void>;
}

function makeBell(): Bell {
  let hasRung = false;
  let waiting: (() => void) | null = null;
  return {
    ring: () => {
      hasRung = true;
      waiting?.();
    },
    wait: (waitMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => waiting?.(), hasRung ? 0 : waitMs);
        waiting = () => {
          clearTimeout(timer);
          waiting = null;
          hasRung = false;
          resolve();
        };
        if (hasRung) waiting();
      }),
  };
}

/** The class and the message; nothing of a stack. Kept with the job, so no longer than people read. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return message.slice(0, 1_000);
}
