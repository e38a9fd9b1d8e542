/** Job `retention`: what is old goes, by the operator's rule. */
import { removeOld } from "../../monitoring/remove-old.ts";
import type { Job } from "../context.ts";

export const retention: Job = {
  kind: "retention",
  concurrencyMax: 1,
  run: ({ store, clock }, { signal }) => removeOld(store, clock(), signal),
};
