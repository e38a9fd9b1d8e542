/**
 * The VEX repositories of a scan. What is due is fetched first, as it costs one conditional request; where that fails, what was kept
 * counts on, and its age is told. Statements of repositories only take findings out of counts, so a scan never fails for one.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PlimsollError } from "../../../domain/error.ts";
import { printable } from "../../../domain/problem.ts";
import { ageText, countText, sizeText } from "../../../reports/shared/words.ts";
import type { CliContext } from "../../context.ts";
import type { VexRepository } from "../repository.ts";
import { readDocument, readKept, type KeptState } from "./kept.ts";
import { isWebAddress, listedRepositories, shownAddress, type ListedRepository } from "./listed.ts";
import { folderOf, isDue, sourceOf, updateRepository } from "./update.ts";

export interface OpenChoice {
  /** Ask nobody. */
  readonly isOffline: boolean;
}

/** In the order of the list, which is that of their precedence. @throws PlimsollError CONFIG_INVALID for the list alone */
export async function openRepositories(
  context: CliContext,
  { isOffline }: OpenChoice,
): Promise<readonly VexRepository[]> {
  const opened: VexRepository[] = [];
  for (const listed of listedRepositories(context)) {
    const folder = folderOf(context, listed);
    const kept = readKept(folder, sourceOf(listed));
    const state = isOffline ? kept : await refreshed(context, listed, kept);
    tellAge(context, listed, state, isOffline);
    const content = state?.content ?? null;
    if (content === null) continue;
    opened.push({
      name: listed.name,
      entries: content.entries,
      tier: "configured",
      read: async (entry) => {
        const place = content.entries.find(
          ({ id, location }) => id === entry.id && location === entry.location,
        );
        return readDocument(join(folder, content.file), place ?? { at: null, length: null });
      },
    });
  }
  return opened;
}

/** A scan waits for nobody: one more attempt, and what was kept does. */
async function refreshed(
  context: CliContext,
  listed: ListedRepository,
  kept: KeptState | null,
): Promise<KeptState | null> {
  // A file was carried here, and whoever carries a newer one says so by `vex repo update`.
  const isCarried = kept !== null && kept.content !== null && !isWebAddress(listed.address);
  if (isCarried || !isDue(kept, context.clock().getTime())) return kept;
  try {
    if (kept?.content === undefined || kept.content === null)
      context.stderr.write(
        `fetching the VEX repository ${listed.name} from ${shownAddress(listed.address)}\n`,
      );
    const { outcome, state } = await updateRepository(context, listed, { force: false, retriesMax: 1 });
    if (outcome === "updated") context.stderr.write(`VEX repository ${listed.name}: ${contentText(state)}\n`);
    return state;
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    if (error.code === "VEX_REPOSITORY_LOCKED") return fetchedByOther(context, listed);
    context.stderr.write(`warning: ${printable(error.message, 1000)}\n`);
    return readKept(folderOf(context, listed), sourceOf(listed));
  }
}

const WAIT_MS_MAX = 60_000;
const POLL_MS = 300;

/** Another scan is fetching the very same: what was kept does meanwhile, and where there is nothing the first fetch is waited for. */
async function fetchedByOther(context: CliContext, listed: ListedRepository): Promise<KeptState | null> {
  const until = context.monotonicMs() + WAIT_MS_MAX;
  for (;;) {
    const kept = readKept(folderOf(context, listed), sourceOf(listed));
    const isThere = kept !== null && (kept.content !== null || kept.failure !== null);
    if (isThere || context.monotonicMs() >= until) return kept;
    await sleep(POLL_MS);
  }
}

/** `12 packages, 34.5 MB of documents` */
export function contentText({ content }: Pick<KeptState, "content">): string {
  if (content === null) return "nothing was fetched yet";
  return `${countText(content.entries.length, "package")}, ${sizeText(content.sizeBytes)} of documents`;
}

/** Whole hours since it was last looked at; null: never. */
export function ageHoursOf(state: KeptState | null, now: Date): number | null {
  if (state === null || state.checkedAt === null) return null;
  return Math.max(0, Math.floor((now.getTime() - Date.parse(state.checkedAt)) / HOUR_MS));
}

const HOUR_MS = 3_600_000;

/** What has not been looked at for twice as long as the repository asks is old. */
export function isOld(state: KeptState, now: Date): boolean {
  const hours = ageHoursOf(state, now);
  return hours === null || (state.intervalMs > 0 && hours * HOUR_MS > 2 * state.intervalMs);
}

function tellAge(
  context: CliContext,
  { name }: ListedRepository,
  state: KeptState | null,
  isOffline: boolean,
): void {
  const why = isOffline ? ", and nobody is asked now (PLIMSOLL_OFFLINE, --skip-vex-repo-update)" : "";
  if (state === null || state.content === null) {
    context.stderr.write(
      `warning: the VEX repository ${name} was never fetched${why}: its statements do not count\n`,
    );
    return;
  }
  const now = context.clock();
  if (!isOld(state, now)) return;
  const age = ageText(ageHoursOf(state, now) ?? 0);
  context.stderr.write(`warning: the VEX repository ${name} was last looked at ${age} ago${why}\n`);
}
