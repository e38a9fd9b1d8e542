/** Which of two statuses says less in favour of the product: it decides where nothing else does. */
import type { VexStatus } from "../../domain/vex.ts";

/** Larger is more cautious. */
export const caution: Readonly<Record<VexStatus, number>> = {
  not_affected: 0,
  fixed: 1,
  under_investigation: 2,
  affected: 3,
};
