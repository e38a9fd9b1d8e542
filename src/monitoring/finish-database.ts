/**
 * The end of applying a vulnerability database, in one transaction: what the pages tell of it, evaluations of images that are
 * concerned although no finding changed, and an event for each organisation.
 */
import type { DatabaseStatus } from "../domain/advisory.ts";
import type { Store, StoreTransaction } from "../store/connect.ts";
import { asEngine } from "../store/in-org.ts";
import type { Queue } from "../store/queue.ts";
import { recordAppliedParts, type AppliedParts } from "../store/stores/database-parts.ts";
import { recordDatabaseState } from "../store/stores/database-state.ts";
import {
  requestEvaluations,
  requestEvaluationsEverywhere,
  requestUnmatched,
} from "../store/stores/evaluation-requests.ts";
import { recordEvent } from "../store/stores/events.ts";
import { listOrganisationIds } from "../store/stores/organisation-ids.ts";
import { findInSpaces } from "../store/stores/packages.ts";

export interface FinishOptions {
  readonly store: Store;
  readonly queue: Queue;
  readonly now: () => Date;
}

/** `before`: null: the first database of all. `after`: null: it was replaced while it was applied, and will be compared as a whole. */
export async function finishDatabase(
  { store, queue, now }: FinishOptions,
  status: DatabaseStatus,
  { before, after }: { readonly before: AppliedParts | null; readonly after: AppliedParts | null },
): Promise<void> {
  await asEngine(store, async (tx) => {
    await recordDatabaseState(tx, { status, appliedAt: now().toISOString(), failure: null });
    if (after !== null) await recordAppliedParts(tx, after);
    await requestUnmatched(tx, queue);
    if (before !== null && after !== null) await requestUncovered(tx, queue, before, after);
    if (before?.digest !== status.digest) await tellAll(tx, queue, status, before === null);
  });
}

/** A feed that is new or gone turns "not known" into an answer, or back, without any finding. */
async function requestUncovered(
  tx: StoreTransaction,
  queue: Queue,
  before: AppliedParts,
  after: AppliedParts,
): Promise<void> {
  if (hasKev(before) !== hasKev(after)) {
    for (const orgId of await listOrganisationIds(tx))
      await requestEvaluations(tx, queue, orgId, { counting: true });
    return;
  }
  const [old, current] = [spacesOf(before), spacesOf(after)];
  const spaces = [...old, ...current].filter((space) => !(old.has(space) && current.has(space))).sort();
  if (spaces.length > 0) await requestEvaluationsEverywhere(tx, queue, await findInSpaces(tx, spaces));
}

function hasKev({ parts }: AppliedParts): boolean {
  return Object.keys(parts).some((name) => name.startsWith("kev/"));
}

function spacesOf({ parts }: AppliedParts): ReadonlySet<string> {
  return new Set(Object.values(parts).flatMap(({ spaces }) => spaces));
}

async function tellAll(
  tx: StoreTransaction,
  queue: Queue,
  status: DatabaseStatus,
  isFirst: boolean,
): Promise<void> {
  const { digest, updatedAt, demonstration, advisoryCount } = status;
  const what = demonstration ? "demonstration database" : "vulnerability database";
  for (const orgId of await listOrganisationIds(tx)) {
    await recordEvent(tx, queue, {
      orgId,
      kind: "database.updated",
      title: `The ${what} was ${isFirst ? "put in place" : "updated"}: ${advisoryCount} ${advisoryCount === 1 ? "advisory" : "advisories"}`,
      actor: null,
      body: { digest, updatedAt, demonstration, advisoryCount },
      onceKey: `database:${digest}`,
    });
  }
}
