/** Job `evaluate`: one analysed image is judged by what is stored about it. */
import type { Job } from "../context.ts";
import { evaluateImage } from "../evaluation/evaluate-image.ts";
import { textOf } from "../payload.ts";

export const evaluate: Job = {
  kind: "evaluate",
  concurrencyMax: null,
  async run(context, job) {
    await evaluateImage(context, textOf(job, "org"), textOf(job, "image"), null, job.signal);
  },
};
