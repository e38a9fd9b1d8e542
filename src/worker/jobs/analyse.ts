/** Job `analyse`: a pushed digest is fetched, and its images analysed. */
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import type { TakenJob } from "../../store/queue-loop.ts";
import { findAnalysisPlace } from "../../store/stores/analysis-places.ts";
import { analysePush, type PushTask } from "../analysis/analyse-push.ts";
import { failureOf, type AnalysisFailure } from "../analysis/failure.ts";
import { recordPushFailed } from "../analysis/record-failure.ts";
import type { Job, WorkerContext } from "../context.ts";
import { numberOrNull, textOf, textOrNull } from "../payload.ts";

export const analyse: Job = {
  kind: "analyse",
  // Each may hold half a gigabyte of package databases.
  concurrencyMax: 2,
  async run(context, job) {
    const task = readTask(job);
    try {
      await analysePush(context, task);
    } catch (error) {
      job.signal.throwIfAborted();
      const failure = failureOf(error);
      if (!(error instanceof PlimsollError) && error instanceof Error)
        context.log(printable(`analyse: ${error.stack ?? error.message}`, 4000));
      if (failure.mayPass && !job.isLastAttempt) throw error;
      await failPush(context, task, failure);
    }
  },
};

/** A job that failed for good without a word: its worker died each time. */
export async function analysisLost(context: WorkerContext, job: TakenJob): Promise<void> {
  await failPush(context, readTask(job), {
    code: "ANALYSIS_INTERRUPTED",
    message: `The analysis did not come to an end: ${printable(job.failure ?? "its worker died")}.`,
    mayPass: false,
  });
}

function readTask(job: TakenJob): PushTask {
  return {
    orgId: textOf(job, "org"),
    repositoryId: textOf(job, "repository"),
    digest: textOrNull(job, "digest"),
    tag: textOrNull(job, "tag"),
    pushId: numberOrNull(job, "push"),
    signal: job.signal,
    isLastAttempt: job.isLastAttempt,
  };
}

async function failPush(context: WorkerContext, task: PushTask, failure: AnalysisFailure): Promise<void> {
  const { orgId, repositoryId, digest, tag } = task;
  const place = await findAnalysisPlace(context.store.engine, orgId, repositoryId);
  // Disabled or deleted meanwhile: nobody waits for it.
  if (place === null) return;
  const name = tag === null ? `${place.name}@${digest?.slice(0, 19) ?? "?"}` : `${place.name}:${tag}`;
  context.log(printable(`${name}: ${failure.code} ${failure.message}`));
  await recordPushFailed(context, { ...task, name, failure });
}
