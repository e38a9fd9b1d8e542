/** A database whose advisories are at hand whole, so that heads are no less. */
import type { Advisory } from "./advisory.ts";
import type { AdvisoryDatabase } from "./ports.ts";

/** `findHeads` and `complete` by `findAdvisories`. */
export function byWholeAdvisories(
  findAdvisories: AdvisoryDatabase["findAdvisories"],
): Pick<AdvisoryDatabase, "findAdvisories" | "findHeads" | "complete"> {
  return {
    findAdvisories,
    findHeads: findAdvisories,
    // They are what `findHeads` gave.
    complete: (heads) => new Map(heads.map((head) => [head, head as Advisory])),
  };
}
