/** Job `replay`: a verdict is made once more from what was kept of it, and compared. Nothing else is changed by it. */
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { engineId } from "../../analysis/engine-id.ts";
import { asEngine } from "../../store/in-org.ts";
import { findWaitingReplay, recordReplay, type ReplayOutcome } from "../../store/stores/replays.ts";
import type { Job, WorkerContext } from "../context.ts";
import { replayVerdict } from "../evaluation/replay-verdict.ts";
import { textOf } from "../payload.ts";

export const replay: Job = {
  kind: "replay",
  concurrencyMax: 1,
  async run(context, job) {
    const { store } = context;
    const [org, id] = [textOf(job, "org"), textOf(job, "replay")];
    const waiting = await findWaitingReplay(store.engine, org, id);
    if (waiting === null) return;
    const outcome = await replayed(context, org, waiting.evaluationId, job.isLastAttempt);
    await asEngine(store, (tx) => recordReplay(tx, org, id, { ...outcome, now: context.clock() }));
  },
};

async function replayed(
  context: WorkerContext,
  orgId: string,
  evaluationId: string,
  isLastAttempt: boolean,
): Promise<Omit<ReplayOutcome, "now">> {
  try {
    const { isSame, differences, engines } = await replayVerdict(context, orgId, evaluationId);
    return { state: isSame ? "same" : "different", engine: engines.current, differences, failure: null };
  } catch (error) {
    const isKnown = error instanceof PlimsollError;
    // Another try gives the same; of anything else only the last one is told.
    if (!isKnown && !isLastAttempt) throw error;
    const failure = isKnown ? printable(error.message, 600) : "the program could not make it once more";
    return { state: "failed", engine: engineId(), differences: [], failure };
  }
}
