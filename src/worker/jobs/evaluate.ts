/** Job `evaluate`: one analysed image is judged by what is stored about it. */
import { PlimsollError } from "../../domain/error.ts";
import type { Job } from "../context.ts";
import { analyseAgain } from "../evaluation/analyse-again.ts";
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
      // What an older version stored cannot be read any more.
      await analyseAgain(context, org, image);
    }
  },
};
