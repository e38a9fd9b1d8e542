/** Job `evaluate`: one analysed image is judged by what is stored about it. */
import { PlimsollError } from "../../domain/error.ts";
import { asEngine } from "../../store/in-org.ts";
import { requestAnalysis } from "../../store/stores/pushes.ts";
import { findPlaces } from "../../store/views/evaluation-sources.ts";
import type { Job, WorkerContext } from "../context.ts";
import { evaluateImage } from "../evaluation/evaluate-image.ts";
import { textOf } from "../payload.ts";

export const evaluate: Job = {
  kind: "evaluate",
  concurrencyMax: null,
  async run(context, job) {
    const [org, image] = [textOf(job, "org"), textOf(job, "image")];
    try {
      await evaluateImage(context, org, image, null, job.signal);
    } catch (error) {
      if (!(error instanceof PlimsollError) || error.code !== "IMAGE_DOCUMENT_UNREADABLE") throw error;
      await analyseAgain(context, org, image);
    }
  },
};

/** What an older version stored cannot be read any more: the registry has the image still. */
async function analyseAgain({ store, queue }: WorkerContext, orgId: string, imageId: string): Promise<void> {
  await asEngine(store, async (tx) => {
    const [place] = await findPlaces(tx, orgId, imageId);
    if (place === undefined) return;
    const { repositoryId, pushedDigest: digest, tag } = place;
    await requestAnalysis(tx, queue, { orgId, repositoryId, digest, tag, pushId: null });
  });
}
