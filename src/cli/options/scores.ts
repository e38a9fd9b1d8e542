/** Options that rest on KEV or EPSS, and databases without them: what would hide everything must not look like a clean image. */
import type { DatabaseStatus } from "../../domain/advisory.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { CliContext } from "../context.ts";
import type { FilterOptions } from "./filters.ts";
import { chosenOrder, type OrderOptions } from "./order.ts";

type Scores = Pick<DatabaseStatus, "hasKev" | "hasEpss">;

/**
 * Warns of an order that lacks what it goes by. `database` null: none was asked, and nothing is said of findings.
 * @throws PlimsollError FEED_MISSING when a filter rests on what the database does not have
 */
export function checkScores(
  context: CliContext,
  database: Scores | null,
  options: FilterOptions & OrderOptions,
): void {
  if (database === null) return;
  const { hasKev, hasEpss } = database;
  if (!hasKev && options.onlyCisaKev === true) throw missing("KEV", "--only-cisa-kev");
  if (!hasEpss && options.epssScore !== undefined) throw missing("EPSS", "--epss-score");
  if (!hasEpss && options.epssPercentile !== undefined) throw missing("EPSS", "--epss-percentile");
  const order = chosenOrder(options);
  const lacking = [
    ...(hasKev || order !== "risk" ? [] : ["KEV"]),
    ...(hasEpss || !["risk", "epss"].includes(order) ? [] : ["EPSS"]),
  ];
  if (lacking.length > 0)
    context.stderr.write(
      `warning: the vulnerability database has no ${lacking.join(" and no ")}, by which --sort ${order} goes\n`,
    );
}

function missing(what: string, flag: string): PlimsollError {
  return new PlimsollError(
    "FEED_MISSING",
    `The vulnerability database has no ${what}, so ${flag} would hide every finding.`,
    { details: { feed: what.toLowerCase() } },
  );
}
