/**
 * A new vulnerability database applied to what is stored: packages are compared with it once each, in batches, and the images that
 * hold one whose findings changed are asked to be judged again. Nothing is pulled. Each batch is a transaction with its
 * consequences, so a run that is interrupted leaves nothing half, and the next one does the rest.
 */
import type { AdvisoryDatabase } from "../domain/ports.ts";
import { readCurrentManifest } from "../advisories/database.ts";
import { matchingId } from "../analysis/matching-id.ts";
import type { Store, StoreTransaction } from "../store/connect.ts";
import { asEngine } from "../store/in-org.ts";
import { retryDeadlocks } from "../store/retry-deadlocks.ts";
import type { Queue } from "../store/queue.ts";
import { findAppliedParts, type AppliedParts } from "../store/stores/database-parts.ts";
import { findDatabaseState, recordDatabaseState } from "../store/stores/database-state.ts";
import { requestEvaluationsEverywhere } from "../store/stores/evaluation-requests.ts";
import { carryMatches, findUnmatched } from "../store/stores/packages.ts";
import {
  findAffectedPackages,
  findContextIds,
  recordContexts,
} from "../store/stores/vulnerability-contexts.ts";
import { openAccurate } from "./accurate-database.ts";
import { changedParts, partsOf, type PartChanges } from "./database-parts.ts";
import { finishDatabase } from "./finish-database.ts";
import { matchKeys } from "./match-stored.ts";
import { storeMatches } from "./store-matches.ts";

export interface ApplyOptions {
  readonly store: Store;
  readonly queue: Queue;
  /** Folder of the database. */
  readonly dir: string;
  readonly now: () => Date;
  /** Ends it between two batches. */
  readonly signal: AbortSignal;
  /** Packages of a batch. */
  readonly batchSize?: number;
}

export interface Applied {
  readonly digest: string;
  /** Packages that were compared. */
  readonly compared: number;
  /** Packages that cannot differ, because nothing changed in their name spaces. */
  readonly carried: number;
  /** Packages whose findings changed. */
  readonly changed: number;
}

/**
 * Applies the database that is in the folder now.
 * @throws PlimsollError DATABASE_MISSING, DATABASE_INVALID, DATABASE_INACCURATE; what is stored stays as it was
 */
export async function applyDatabase(options: ApplyOptions): Promise<Applied> {
  const { store, dir } = options;
  const database = openAccurate(dir);
  try {
    const after = partsOf(readCurrentManifest(dir));
    // Another one was put in place between the two: it brings its own job.
    const isSame = after.digest === database.status.digest;
    const before = await findAppliedParts(store.engine);
    await showDatabase(options, database);
    const isComparable = before?.program === after.program && isSame;
    const changes = before === null || !isComparable ? null : changedParts(before, after);
    const carried = before === null || changes === null ? 0 : await carry(store, before, after, changes);
    const { compared, changed } = await compareAll(options, database);
    if (changes === null || changes.contexts) await refreshContexts(options, database);
    await finishDatabase(options, database.status, { before, after: isSame ? after : null });
    return { digest: database.status.digest, compared, carried, changed };
  } finally {
    database.close();
  }
}

/** From now on the pages tell of this database, and that it is not applied yet, unless it was. */
async function showDatabase({ store }: ApplyOptions, database: AdvisoryDatabase): Promise<void> {
  const known = await findDatabaseState(store.engine);
  const appliedAt = known?.status.digest === database.status.digest ? known.appliedAt : null;
  await recordDatabaseState(store.engine, { status: database.status, appliedAt, failure: null });
}

function carry(
  store: Store,
  before: AppliedParts,
  after: AppliedParts,
  { spaces, ratings }: PartChanges,
): Promise<number> {
  if (before.digest === after.digest) return Promise.resolve(0);
  const [from, to] = [matchingId(before.digest), matchingId(after.digest)];
  return carryMatches(store.engine, { from, to, spaces, ratings });
}

async function compareAll(
  { store, queue, signal, batchSize = BATCH_PACKAGES }: ApplyOptions,
  database: AdvisoryDatabase,
): Promise<{ compared: number; changed: number }> {
  let [compared, changed, after] = [0, 0, 0];
  for (;;) {
    signal.throwIfAborted();
    const current = matchingId(database.status.digest);
    const packages = await findUnmatched(store.engine, current, { after, limit: batchSize });
    const last = packages.at(-1);
    if (last === undefined) return { compared, changed };
    after = last.id;
    const found = matchKeys(
      packages.map(({ identity }) => identity),
      database,
    );
    const matches = packages.flatMap(({ id, identity }) => {
      const findings = found.get(identity);
      return findings === undefined ? [] : [{ ...findings, packageId: id }];
    });
    changed += await retryDeadlocks(() =>
      asEngine(store, (tx) => storeMatches(tx, queue, database, matches)),
    );
    compared += packages.length;
  }
}

const BATCH_PACKAGES = 500;

/** A vulnerability that entered or left the KEV catalogue turns policies like a new advisory does. */
async function refreshContexts(
  { store, queue, signal }: ApplyOptions,
  database: AdvisoryDatabase,
): Promise<void> {
  for (let after = ""; ;) {
    signal.throwIfAborted();
    const ids = await findContextIds(store.engine, { after, limit: BATCH_CONTEXTS });
    const last = ids.at(-1);
    if (last === undefined) return;
    after = last;
    const record = async (tx: StoreTransaction): Promise<void> => {
      const changed = await recordContexts(tx, ids, database.findContexts(ids));
      if (changed.length === 0) return;
      await requestEvaluationsEverywhere(tx, queue, await findAffectedPackages(tx, changed));
    };
    await retryDeadlocks(() => asEngine(store, record));
  }
}

const BATCH_CONTEXTS = 2000;
