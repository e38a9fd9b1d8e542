/** Words of policies. */
import type { Effect } from "./policy-draft.ts";

export const effectWords: Readonly<Record<Effect, string>> = {
  block: "Block",
  warn: "Warn",
  report: "Report",
};
