/** Job `foresee`: the policies of an environment on an image that a gate was asked about before it runs there. */
import type { Job } from "../context.ts";
import { foreseeVerdict } from "../evaluation/foresee-verdict.ts";
import { textOf } from "../payload.ts";

export const foresee: Job = {
  kind: "foresee",
  concurrencyMax: null,
  async run(context, job) {
    const [org, image, environment] = [textOf(job, "org"), textOf(job, "image"), textOf(job, "environment")];
    await foreseeVerdict(context, { orgId: org, imageId: image, environmentId: environment }, job.signal);
  },
};
