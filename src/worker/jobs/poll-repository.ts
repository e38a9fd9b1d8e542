/** Job `poll-repository`: one look at a repository's tags, or at the tag that somebody told of. */
import { asEngine } from "../../store/in-org.ts";
import { findAnalysisPlace } from "../../store/stores/analysis-places.ts";
import { recordRepositoryPoll } from "../../store/stores/registry-polls.ts";
import { failureOf } from "../analysis/failure.ts";
import type { Job } from "../context.ts";
import { textOf, textOrNull } from "../payload.ts";
import { pollRepository, pollTag } from "../polling/poll-repository.ts";

export const pollRepositoryJob: Job = {
  kind: "poll-repository",
  concurrencyMax: 4,
  async run(context, job) {
    const [orgId, repositoryId, tag] = [
      textOf(job, "org"),
      textOf(job, "repository"),
      textOrNull(job, "tag"),
    ];
    const { signal } = job;
    const place = await findAnalysisPlace(context.store.engine, orgId, repositoryId);
    // Disabled or deleted meanwhile: nobody waits for it.
    if (place === null) return;
    try {
      if (tag === null) await pollRepository(context, { orgId, place, signal });
      else await pollTag(context, { orgId, place, signal }, tag);
    } catch (error) {
      signal.throwIfAborted();
      const failure = failureOf(error);
      context.log(`${place.name}: ${failure.code} ${failure.message}`);
      const isFinal = !failure.mayPass || job.isLastAttempt;
      await asEngine(context.store, (tx) =>
        recordRepositoryPoll(tx, orgId, repositoryId, {
          at: context.clock(),
          failure: failure.message,
          learned: false,
          // What cannot be looked at is not tried for ever; who asked sees why, and asks again.
          backfilled: isFinal,
        }),
      );
      if (!isFinal) throw error;
    }
  },
};
