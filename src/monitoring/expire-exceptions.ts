/**
 * What time alone changes: exceptions that end, and verdicts that rest on days: at the time when a grace period ends, and once a day
 * for all images that count (support of a distribution, times in a policy's own code).
 */
import { printable } from "../domain/problem.ts";
import type { Store, StoreTransaction } from "../store/connect.ts";
import { asEngine } from "../store/in-org.ts";
import type { Queue } from "../store/queue.ts";
import { recordAudit } from "../store/stores/audit.ts";
import { isFirstToday } from "../store/stores/daily.ts";
import { requestDue } from "../store/stores/due-evaluations.ts";
import { requestEvaluations } from "../store/stores/evaluation-requests.ts";
import { recordEvent } from "../store/stores/events.ts";
import { expireExceptions, type ExpiredException } from "../store/stores/expired-exceptions.ts";
import { listOrganisationIds } from "../store/stores/organisation-ids.ts";

/** In one transaction; a second run in the same moment finds nothing to do. */
export async function passTime(store: Store, queue: Queue, now: Date): Promise<void> {
  await asEngine(store, async (tx) => {
    for (const exception of await expireExceptions(tx, now)) await tellExpiry(tx, queue, exception);
    await requestDue(tx, queue, now);
    if (!(await isFirstToday(tx, "evaluation", now))) return;
    for (const orgId of await listOrganisationIds(tx))
      await requestEvaluations(tx, queue, orgId, { counting: true });
  });
}

async function tellExpiry(
  tx: StoreTransaction,
  queue: Queue,
  { orgId, id, vulnerability, kind, state, digest, requestedBy }: ExpiredException,
): Promise<void> {
  const what = kind === "false_positive" ? "false positive" : "accepted risk";
  const noun = state === "approved" ? "exception" : "request for an exception";
  await recordEvent(tx, queue, {
    orgId,
    kind: "exception.expired",
    title: printable(`The ${noun} for ${vulnerability} (${what}, asked for by ${requestedBy}) has expired`),
    actor: null,
    exceptionId: id,
    body: { vulnerability, kind },
    onceKey: `exception:${id}:expired`,
  });
  await recordAudit(tx, {
    orgId,
    actor: { kind: "system", id: null, name: "system" },
    action: "exception.expired",
    target: `${vulnerability} ${id}`,
    before: { state },
    after: { state: "expired" },
  });
  if (state === "approved") await requestEvaluations(tx, queue, orgId, { vulnerability, digest });
}
