/** Job `expire`: what time alone changes. */
import { passTime } from "../../monitoring/expire-exceptions.ts";
import type { Job } from "../context.ts";

export const expire: Job = {
  kind: "expire",
  concurrencyMax: 1,
  run: ({ store, queue, clock }) => passTime(store, queue, clock()),
};
