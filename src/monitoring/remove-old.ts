/** Retention by the operator's rule, in small transactions, so that nothing waits for it and an interrupted run loses nothing. */
import type { Store } from "../store/connect.ts";
import { asEngine } from "../store/in-org.ts";
import { recordAudit } from "../store/stores/audit.ts";
import {
  findRetention,
  removeLooseParts,
  removeOldImages,
  removeOldInputs,
} from "../store/stores/retention.ts";

const BATCH = 500;
/** Of one run; the next one goes on. */
const BATCHES_MAX = 100;
const DAY_MS = 86_400_000;

/** Every organisation's audit log tells how many of its images went. */
export async function removeOld(store: Store, now: Date, signal: AbortSignal): Promise<void> {
  const { imageDays, replayDays } = await findRetention(store.engine);
  const daysAgo = (days: number): Date => new Date(now.getTime() - days * DAY_MS);
  if (imageDays !== null) {
    const before = daysAgo(imageDays);
    await inBatches(signal, () => removeImages(store, before));
  }
  if (replayDays !== null) {
    const old = { before: daysAgo(replayDays), limit: BATCH };
    await inBatches(signal, () => asEngine(store, (tx) => removeOldInputs(tx, old)));
  }
  await inBatches(signal, () => asEngine(store, (tx) => removeLooseParts(tx, { now, limit: BATCH })));
}

/** Until a batch is not full. */
async function inBatches(signal: AbortSignal, remove: () => Promise<number>): Promise<void> {
  for (let round = 0; round < BATCHES_MAX; round += 1) {
    signal.throwIfAborted();
    if ((await remove()) < BATCH) return;
  }
}

function removeImages(store: Store, before: Date): Promise<number> {
  return asEngine(store, async (tx) => {
    const removed = await removeOldImages(tx, { before, limit: BATCH });
    for (const { orgId, images } of removed) {
      await recordAudit(tx, {
        orgId,
        actor: { kind: "system", id: null, name: "system" },
        action: "retention.images-removed",
        target: `images last pushed before ${before.toISOString()}`,
        before: { images },
        after: null,
      });
    }
    return removed.reduce((sum, { images }) => sum + images, 0);
  });
}
