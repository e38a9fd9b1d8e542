/**
 * The vulnerability database of a scan: the one at hand; or, where there is none or it lacks what the packages need, the one that the
 * scan makes by fetching just that. A database that was built from files, pulled or imported is as its maker wants it, and is left alone.
 */
import type { DatabaseForPackages } from "../analysis/options.ts";
import type { DatabaseStatus } from "../domain/advisory.ts";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import type { CliContext } from "./context.ts";
import { openAtHand } from "./open-at-hand.ts";
import type { DatabaseOptions } from "./options/database.ts";

export interface ScanDatabase {
  /** For the analysis. */
  readonly database: AdvisoryDatabase | DatabaseForPackages | null;
  /** Closes whatever was opened, also what the analysis asked for. */
  close(): void;
}

/**
 * `required`: without one, and without leave to fetch, the scan cannot be done; `optional`: null then; `none`: not opened. Nothing is
 * fetched for a scan that can do without.
 * @throws PlimsollError DATABASE_MISSING, DATABASE_INVALID
 */
export function openScanDatabase(
  context: CliContext,
  need: "required" | "optional" | "none",
  options: DatabaseOptions,
): ScanDatabase {
  if (need === "none") return { database: null, close: () => {} };
  const mayFetch = need === "required" && mayFetchUnasked(context, options);
  let current = openAtHand(context, need === "required" && !mayFetch);
  const close = (): void => current?.close();
  if (!mayFetch || (current !== null && !isFromFeeds(current.status))) return { database: current, close };
  const complete: DatabaseForPackages = async (spaces) => {
    if (current !== null && !lacks(current.status, spaces)) return current;
    // Loaded on demand: readers of feeds cost time that a scan with a database must not pay.
    const { fetchMissing } = await import("./fetch-missing.ts");
    // It lets go of the old one when it has a better one.
    current = await fetchMissing(context, current, spaces);
    return current;
  };
  return { database: complete, close };
}

/** Who trusts the signed databases of certain publishers alone wants no other one. */
function mayFetchUnasked({ config }: CliContext, { skipDbUpdate }: DatabaseOptions): boolean {
  return !config.isOffline && skipDbUpdate !== true && config.databaseTrustedKeys.length === 0;
}

/** Fetched from the feeds or their mirrors, and from nothing else. */
function isFromFeeds({ feeds, demonstration }: DatabaseStatus): boolean {
  return !demonstration && feeds.every(({ origin }) => /^https?:\/\//.test(origin));
}

function lacks(status: DatabaseStatus, spaces: ReadonlySet<string>): boolean {
  const known = new Set(status.spaces);
  // Programs are looked up by CPE, which only the feeds of scores hold: those are too large to be fetched unasked.
  return [...spaces].some((space) => space !== "cpe" && !known.has(space));
}
