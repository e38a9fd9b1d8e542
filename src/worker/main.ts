/**
 * The worker: takes jobs, does them, records what came out. It listens to nothing but the database, and may be started any number of
 * times beside any number of servers.
 */
import type { Config } from "../config/config.ts";
import type { Clock } from "../domain/ports.ts";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { parseConnectRules, withConnectRules, type ConnectRules } from "../io/connect-rules.ts";
import type { SecretBox } from "../io/secret-box.ts";
import { watchDatabase } from "../monitoring/watch-database.ts";
import { openStore } from "../store/connect.ts";
import type { StoreConnection } from "../store/connection.ts";
import { openQueue, type JobQueue } from "../store/queue.ts";
import { recordLayout, type LayoutTask } from "./analysis/analyse-layout.ts";
import type { WorkerContext } from "./context.ts";
import type { RegistrySettings } from "./registry-access.ts";
import { allJobs } from "./jobs/all.ts";
import { deliveryLost } from "./jobs/deliver.ts";
import { analysisLost } from "./jobs/analyse.ts";
import { uploadLost } from "./jobs/read-upload.ts";

export interface WorkerOptions {
  /** The roles engine and queue suffice. The schema is there: servers migrate. */
  readonly connection: StoreConnection;
  readonly config: Pick<
    Config,
    "cacheDir" | "cacheBytesMax" | "databaseDir" | "useCache" | "databaseAgeHoursMax" | "server"
  > &
    Pick<
      WorkerContext["config"],
      "signing" | "usesReachability" | "sonarQube" | "supportedTags" | "isOffline"
    >;
  readonly secrets: SecretBox;
  /** Mirrors and authorities of registries; absent: none. */
  readonly registries?: RegistrySettings;
  /** Told one line at a time, without control characters and secrets. */
  readonly log: (line: string) => void;
  /** Jobs of one kind at the same time; at most two of them are analyses. */
  readonly concurrency: number;
  /** Ends the worker: it takes no more jobs, and those that do not end in time are given back. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  /** An image beside the program that is recorded once, as if it had been pushed; null: none. */
  readonly layout: LayoutTask | null;
  /** How often the folder of the vulnerability database is looked at. Default 3 s. */
  readonly watchMs?: number;
  /** Milliseconds that running jobs are given at the end. Default 15 s, less than servers give their worker. */
  readonly graceMs?: number;
}

export interface RunningWorker {
  /** Fulfilled when everything has ended and all connections are closed. */
  readonly done: Promise<void>;
}

/** Fulfilled when jobs are being taken. @throws PlimsollError STORE_UNREACHABLE, STORE_FORBIDDEN, CONFIG_INVALID */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { connection, config, secrets, clock, monotonicMs, signal } = options;
  const log = (line: string): void => options.log(printable(line, LINE_LENGTH_MAX));
  const rules = connectRulesOf(config.server);
  const store = openStore(connection, { connectionsMax: options.concurrency * 2 + 6 });
  let queue: JobQueue;
  try {
    queue = await openQueue(connection, { log, supervise: true });
  } catch (error) {
    await store.close();
    throw error;
  }
  const registries = options.registries ?? null;
  const context: WorkerContext = { store, queue, config, secrets, registries, clock, monotonicMs, log };
  takeJobs(context, queue, { concurrency: options.concurrency, rules });
  const watching = watchDatabase({
    store,
    queue,
    dir: config.databaseDir,
    intervalMs: options.watchMs ?? WATCH_MS,
    signal,
    log,
  });
  const layout = options.layout === null ? Promise.resolve() : showLayout(context, options.layout, signal);
  const done = aborted(signal).then(async () => {
    await queue.close(options.graceMs ?? GRACE_MS);
    await Promise.all([watching, layout]);
    await store.close();
  });
  return { done };
}

const WATCH_MS = 3_000;
const GRACE_MS = 15_000;
const LINE_LENGTH_MAX = 4_000;

function takeJobs(
  context: WorkerContext,
  queue: JobQueue,
  { concurrency, rules }: { readonly concurrency: number; readonly rules: ConnectRules | null },
): void {
  for (const { kind, concurrencyMax, run } of allJobs) {
    queue.work(kind, { concurrency: Math.min(concurrency, concurrencyMax ?? concurrency) }, async (job) => {
      try {
        await withConnectRules(rules, () => run(context, job));
      } catch (error) {
        if (!job.signal.aborted) context.log(`${kind}: ${describe(error)}`);
        throw error;
      }
    });
  }
  queue.workFailed(async (job) => {
    context.log(`${job.kind} failed for good: ${job.failure ?? "its worker died"}`);
    if (job.kind === "analyse") await analysisLost(context, job);
    if (job.kind === "read-upload") await uploadLost(context, job);
    if (job.kind === "deliver") await deliveryLost(context, job);
  });
}

/** @throws PlimsollError CONFIG_INVALID */
function connectRulesOf({ connect }: WorkerOptions["config"]["server"]): ConnectRules | null {
  try {
    return parseConnectRules(connect);
  } catch (cause) {
    const message = "PLIMSOLL_CONNECT_ALLOW or PLIMSOLL_CONNECT_DENY holds a network that is none.";
    throw new PlimsollError("CONFIG_INVALID", message, { cause });
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A demonstration that cannot be shown stops nothing else. */
async function showLayout(context: WorkerContext, task: LayoutTask, signal: AbortSignal): Promise<void> {
  try {
    await recordLayout(context, task, signal);
  } catch (error) {
    if (!signal.aborted) context.log(`demonstration: ${describe(error)}`);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
