/**
 * Watches the folder of the vulnerability database: a new one asks for the job that applies it. Any number of workers may watch; they
 * share one database, and its job has one key, so it runs once.
 */
import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { PlimsollError } from "../domain/error.ts";
import { manifestPath } from "../advisories/layout.ts";
import { readDatabaseStatus } from "../advisories/status.ts";
import { matchingProgram } from "../analysis/matching-id.ts";
import type { Store } from "../store/connect.ts";
import { findAppliedParts } from "../store/stores/database-parts.ts";
import { installationKey } from "../store/job-kinds.ts";
import type { Queue } from "../store/queue.ts";
import {
  findDatabaseState,
  recordDatabaseFailure,
  recordDatabaseState,
} from "../store/stores/database-state.ts";

export interface WatchOptions {
  readonly store: Store;
  readonly queue: Queue;
  /** Folder of the database; it may be missing. */
  readonly dir: string;
  readonly intervalMs: number;
  readonly signal: AbortSignal;
  /** Told when the folder cannot be looked at or the store does not answer; it is tried again. */
  readonly log: (line: string) => void;
}

/** Looks at once and then at the interval, until the signal. Never throws. */
export async function watchDatabase(options: WatchOptions): Promise<void> {
  const { dir, intervalMs, signal, log } = options;
  let seen = "";
  while (!signal.aborted) {
    try {
      const found = await fingerprint(dir);
      if (found !== seen) await lookAtDatabase(options);
      seen = found;
    } catch (error) {
      log(`database: ${error instanceof Error ? error.message : String(error)}`);
    }
    await sleep(intervalMs, undefined, { signal }).catch(() => {});
  }
}

/** What changes with every new manifest; writers replace the file. */
async function fingerprint(dir: string): Promise<string> {
  const found = await stat(manifestPath(dir), { bigint: true }).catch(() => null);
  return found === null ? "missing" : `${found.ino} ${found.mtimeNs} ${found.size}`;
}

/** Asks for the job if the database in the folder is not applied yet; one that is only younger is noted. */
export async function lookAtDatabase({
  store,
  queue,
  dir,
}: Pick<WatchOptions, "store" | "queue" | "dir">): Promise<void> {
  const known = await findDatabaseState(store.engine);
  const applied = await findAppliedParts(store.engine);
  const status = await readStatus(store, dir);
  if (status === null) return;
  const isApplied = known !== null && known.appliedAt !== null && known.status.digest === status.digest;
  // A newer program may find otherwise in the same database.
  if (!isApplied || applied?.digest !== status.digest || applied.program !== matchingProgram()) {
    await requestDatabase(queue, null, status.digest);
    return;
  }
  if (known.failure !== null || JSON.stringify(known.status) !== JSON.stringify(status)) {
    await recordDatabaseState(store.engine, { status, appliedAt: known.appliedAt, failure: null });
  }
}

/** One key for all digests: two databases are never applied at the same time. */
export async function requestDatabase(
  queue: Queue,
  tx: Parameters<Queue["send"]>[0],
  digest: string,
): Promise<void> {
  await queue.send(tx, [{ kind: "advisories", key: `${installationKey}/database`, payload: { digest } }]);
}

/** Null: there is none that can be read. What was found with the one before stays, and the pages say why nothing newer comes. */
async function readStatus(
  store: Store,
  dir: string,
): Promise<Omit<ReturnType<typeof readDatabaseStatus>, "sizeBytes" | "segmentCount" | "publication"> | null> {
  try {
    const { sizeBytes, segmentCount, publication, ...status } = readDatabaseStatus(dir);
    void [sizeBytes, segmentCount, publication];
    return status;
  } catch (error) {
    if (!isDatabaseFailure(error)) throw error;
    await recordDatabaseFailure(store.engine, error.message);
    return null;
  }
}

/** True for a database that is missing, damaged or held back, which no other try can mend. */
export function isDatabaseFailure(error: unknown): error is PlimsollError {
  return error instanceof PlimsollError && FAILURES.includes(error.code);
}

const FAILURES: readonly string[] = ["DATABASE_MISSING", "DATABASE_INVALID", "DATABASE_INACCURATE"];
