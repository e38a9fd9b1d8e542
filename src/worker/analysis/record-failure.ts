/** A failed analysis where people see it: at the image, or at the push while no image of it is known. */
import { printable } from "../../domain/problem.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { asEngine } from "../../store/in-org.ts";
import { findWaitingImages, recordPushFailure } from "../../store/stores/analysis-places.ts";
import { recordEvent } from "../../store/stores/events.ts";
import { endAnalysis } from "../../store/stores/images.ts";
import type { WorkerContext } from "../context.ts";
import type { AnalysisFailure } from "./failure.ts";

export interface FailedPush {
  readonly orgId: string;
  readonly repositoryId: string;
  readonly digest: string | null;
  readonly tag: string | null;
  readonly pushId: number | null;
  /** As people know it. */
  readonly name: string;
}

/** `failure` null: it waits for another try. */
export async function recordImageFailure(
  { store, queue, clock }: Pick<WorkerContext, "store" | "queue" | "clock">,
  failed: FailedPush & { readonly imageId: string; readonly failure: AnalysisFailure | null },
): Promise<void> {
  const { orgId, imageId, failure } = failed;
  await asEngine(store, async (tx) => {
    await endAnalysis(tx, orgId, imageId, failure);
    if (failure !== null) await tell(tx, queue, { ...failed, failure, subject: imageId, now: clock() });
  });
}

/** Nothing of the push could be analysed: its images that wait, if any are known, have failed with it. */
export async function recordPushFailed(
  { store, queue, clock }: Pick<WorkerContext, "store" | "queue" | "clock">,
  failed: FailedPush & { readonly failure: AnalysisFailure },
): Promise<void> {
  const { orgId, repositoryId, digest, failure } = failed;
  await asEngine(store, async (tx) => {
    const images = digest === null ? [] : await findWaitingImages(tx, orgId, digest);
    for (const image of images) await endAnalysis(tx, orgId, image, failure);
    if (digest !== null) await recordPushFailure(tx, orgId, { repositoryId, digest }, failure);
    const subject = digest ?? repositoryId;
    await tell(tx, queue, { ...failed, imageId: images[0] ?? null, subject, now: clock() });
  });
}

async function tell(
  tx: StoreTransaction,
  queue: WorkerContext["queue"],
  failed: FailedPush & {
    readonly imageId: string | null;
    readonly failure: AnalysisFailure;
    /** What failed: of one push it is told once. */
    readonly subject: string;
    readonly now: Date;
  },
): Promise<void> {
  const { orgId, repositoryId, imageId, digest, tag, pushId, name, failure, subject, now } = failed;
  // Asked for by hand, each failure is told; of a push, one.
  const occasion = pushId === null ? now.toISOString() : `push:${pushId}`;
  await recordEvent(tx, queue, {
    orgId,
    kind: "image.failed",
    title: `${printable(name, 300)} could not be analysed: ${printable(failure.message)}`,
    actor: null,
    imageId,
    repositoryId,
    body: { code: failure.code, message: failure.message, digest, tag },
    onceKey: `failed:${subject}:${occasion}`,
  });
}
