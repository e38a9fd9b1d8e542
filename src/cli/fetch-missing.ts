/**
 * Fetches the parts of the live feeds that a scan needs and the database lacks, and tells so on standard error: what, from where,
 * and what it cost.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { neededParts, type NeededParts } from "../advisories/needed-parts.ts";
import { readDatabaseStatus } from "../advisories/status.ts";
import { updateDatabase } from "../advisories/update.ts";
import { judgeByKnownAnswers } from "../analysis/known-answers.ts";
import { PlimsollError } from "../domain/error.ts";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import { printable } from "../domain/problem.ts";
import { publicUrl } from "../io/http-failure.ts";
import { countText, sizeText } from "../reports/shared/words.ts";
import type { CliContext } from "./context.ts";
import { openAtHand } from "./open-at-hand.ts";

/**
 * The database with what could be fetched for packages of these spaces. `current` is returned where there is nothing to fetch or
 * nothing could be, and where it was published elsewhere; it is closed when another takes its place.
 * @throws PlimsollError DATABASE_MISSING when there is none and nothing could be fetched; DATABASE_UNWRITABLE; DATABASE_LOCKED
 */
export async function fetchMissing(
  context: CliContext,
  current: AdvisoryDatabase | null,
  spaces: ReadonlySet<string>,
): Promise<AdvisoryDatabase> {
  if (current !== null && readDatabaseStatus(context.config.databaseDir).publication !== null) return current;
  const until = context.monotonicMs() + LOCK_WAIT_MS;
  let held = current;
  let told = "";
  const tellOnce = (text: string): void => {
    if (text !== told) context.stderr.write(`${printable(text, 2000)}\n`);
    told = text;
  };
  for (;;) {
    const exclude = context.config.excludedFeeds;
    const needed = neededParts({ spaces, status: held?.status ?? null, exclude });
    if (held !== null && needed.parts.length === 0) {
      tellLeft(context, needed);
      return held;
    }
    if (told === "") tellOnce(fetchText(context, needed, held === null));
    const failure = await fetchParts(context, needed);
    if (failure !== null && failure.code !== "DATABASE_LOCKED") return withoutFetched(context, held, failure);
    if (failure !== null) {
      // Another scan is fetching, most often the very same.
      if (context.monotonicMs() >= until) {
        // The caller knows of the first one alone.
        if (held !== current) held?.close();
        throw failure;
      }
      tellOnce("waiting for another process that is changing the vulnerability database");
      await sleep(LOCK_POLL_MS);
    }
    const newer = openAtHand(context, failure === null);
    if (newer === null) continue;
    held?.close();
    held = newer;
    if (failure === null) {
      tellLeft(context, needed);
      return held;
    }
  }
}

/** The largest part takes minutes on a slow line; who holds the lock for longer is stuck. */
const LOCK_WAIT_MS = 10 * 60_000;
const LOCK_POLL_MS = 500;

function fetchText({ config }: CliContext, { parts, addresses }: NeededParts, isFirst: boolean): string {
  const why = isFirst
    ? "No vulnerability database yet"
    : "The vulnerability database has nothing for some packages";
  const hosts = Object.entries(addresses).map(([feed, address]) =>
    hostOf(config.feedMirrors[feed] ?? address),
  );
  return `${why}: fetching ${parts.join(", ")} from ${[...new Set(hosts)].join(", ")}`;
}

/** Null when the database holds more than before, else why it does not. */
async function fetchParts(context: CliContext, needed: NeededParts): Promise<PlimsollError | null> {
  const { databaseDir: dir, feedMirrors: mirrors } = context.config;
  const say = (text: string): void => context.stderr.write(`${printable(text, 2000)}\n`);
  const startMs = context.monotonicMs();
  try {
    const { parts, status } = await updateDatabase({
      dir,
      parts: needed.parts,
      mirrors,
      acceptShrunk: [],
      exclude: context.config.excludedFeeds,
      judge: judgeByKnownAnswers,
      now: context.clock(),
      signal: null,
    });
    for (const { feed, part, error } of parts) {
      if (error !== null) say(`warning: ${feed}${part === "" ? "" : `/${part}`} is missing: ${error.reason}`);
    }
    const bytes = parts.reduce((sum, { downloadBytes }) => sum + downloadBytes, 0);
    const seconds = ((context.monotonicMs() - startMs) / 1000).toFixed(1);
    say(
      `fetched ${sizeText(bytes)} in ${seconds} s; the database has ${countText(status.advisoryCount, "advisory")}`,
    );
    return null;
  } catch (error) {
    if (error instanceof PlimsollError) return error;
    throw error;
  }
}

/** Where nothing could be fetched, an older database still answers for what it knows, and tells what it does not. */
function withoutFetched(
  context: CliContext,
  held: AdvisoryDatabase | null,
  failure: PlimsollError,
): AdvisoryDatabase {
  if (held !== null) {
    context.stderr.write(`warning: ${printable(failure.message, 500)}\n`);
    return held;
  }
  // What is wrong with the folder is told as it is; all else comes to this: there is no database.
  if (failure.code.startsWith("DATABASE_")) throw failure;
  throw new PlimsollError(
    "DATABASE_MISSING",
    `There is no vulnerability database, and what this scan needs of one could not be fetched: ${failure.message}`,
    { cause: failure },
  );
}

/** What would be needed too, under terms that only the user can accept. */
function tellLeft(context: CliContext, { left }: NeededParts): void {
  if (left.length === 0) return;
  const terms = left.map(({ part, licence }) => `${part} (${licence})`).join(", ");
  context.stderr.write(
    `not fetched, because of its terms: ${printable(terms)}; plimsoll db update with its name accepts them\n`,
  );
}

function hostOf(address: string): string {
  return URL.parse(publicUrl(address))?.host ?? "an address that is not valid";
}
