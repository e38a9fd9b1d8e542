/**
 * Round `kill`: `db build`, `db update` and `db pull` killed with SIGKILL at random moments. After each kill the database answers as the old
 * one or as the new one, never anything else; the next run succeeds; and nothing is left lying about.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answersOf, leftoversOf } from "./kill-checks.ts";
import { runCli, type CliRun, type KillAt } from "./kill-run.ts";
import { startPushRegistry } from "../helpers/push-registry.ts";
import { buildVerb, pullVerb, updateVerb, type Verb } from "./kill-verbs.ts";
import { startLiveFeeds } from "./live-feeds.ts";
import { createRandom, type Random } from "./random.ts";
import type { RoundOptions, RoundResult } from "./round.ts";

const claim =
  "`plimsoll db build`, `plimsoll db update` and `plimsoll db pull` killed with SIGKILL at random moments: the old database (or, when the kill came " +
  "after the swap, the whole new one) answers the same look-ups as before, the next run succeeds, and nothing is left over.";

/** What happened over the repetitions of a verb. */
interface Tally {
  readonly verb: string;
  kills: number;
  beforeSwap: number;
  afterSwap: number;
  /** Ended by itself before the kill. */
  missed: number;
  /** Kills after which something lay about, until the next run. */
  withLeftovers: number;
}

export async function killRound(options: RoundOptions): Promise<RoundResult> {
  const kills = Math.max(2, options.count ?? 150);
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-kill-"));
  const failures: string[] = [];
  const live = await startLiveFeeds();
  const registry = await startPushRegistry();
  try {
    const random = createRandom(options.seed);
    const tallies: Tally[] = [];
    for (const verb of [buildVerb(), updateVerb(live), await pullVerb(registry, folder)]) {
      const dir = join(folder, verb.name.replace(" ", "-"));
      tallies.push(await killMany(verb, dir, Math.ceil(kills / 3), random, failures, options.progress));
    }
    const rows = tallies.map((each) => [
      each.verb,
      each.kills,
      each.beforeSwap,
      each.afterSwap,
      each.missed,
      each.withLeftovers,
    ]);
    const head = [
      "command",
      "kills",
      "old answers",
      "new answers",
      "ended first",
      "left something until the next run",
    ];
    return { claim, tables: [{ head, rows }], failures, notes: [] };
  } finally {
    await live.close();
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Kills the making of one edition over the other, again and again. */
export async function killMany(
  verb: Verb,
  dir: string,
  kills: number,
  random: Random,
  failures: string[],
  progress: (line: string) => void,
): Promise<Tally> {
  const tally: Tally = {
    verb: verb.name,
    kills: 0,
    beforeSwap: 0,
    afterSwap: 0,
    missed: 0,
    withLeftovers: 0,
  };
  const answers: string[] = [];
  let runMs = 0;
  const attemptsMax = kills * 5;
  let attempts = 0;
  for (const edition of [0, 1, 0]) {
    const run = await mustRun(verb, edition, dir);
    runMs = run.ms;
    answers[edition] = answersOf(dir);
  }
  if (answers[0] === answers[1])
    throw new Error(`${verb.name}: both editions answer the same, so nothing could be proven`);
  progress(`${verb.name}: one run takes ${Math.round(runMs)} ms`);
  for (let edition = 1; tally.kills < kills && attempts < attemptsMax; edition = 1 - edition) {
    attempts += 1;
    const killAt = chooseMoment(random, runMs);
    const run = await runCli(verb.args(edition), dir, killAt);
    const what = `${verb.name}, killed ${typeof killAt === "number" ? `after ${killAt} ms` : killAt}`;
    if (run.killed) tally.kills += 1;
    else tally.missed += 1;
    if (!run.killed && run.exitCode !== 0) failures.push(`${what}: ended by itself with ${run.exitCode}`);
    if (run.killed && readdirSync(dir).some((name) => name.startsWith(".") || name === "lock"))
      tally.withLeftovers += 1;
    const after = readAnswers(dir);
    if (after === answers[edition]) tally.afterSwap += run.killed ? 1 : 0;
    else if (after === answers[1 - edition]) tally.beforeSwap += 1;
    else failures.push(`${what}: ${after.slice(0, 200)}`);
    // How long a run takes depends on what else the machine does: the newest one tells best.
    runMs = await mustRun(verb, edition, dir).then(
      ({ ms }) => ms,
      (error: unknown) => (failures.push(`${what}: the next run: ${String(error)}`), runMs),
    );
    if (readAnswers(dir) !== answers[edition]) failures.push(`${what}: the next run made something else`);
    const left = leftoversOf(dir);
    if (left.length > 0) failures.push(`${what}: the next run left ${left.join(", ")}`);
    if (tally.kills % 5 === 0 && run.killed)
      progress(`${verb.name}: ${tally.kills} kills, ${failures.length} failures`);
  }
  if (tally.kills < kills) failures.push(`${verb.name}: only ${tally.kills} of ${kills} runs were killed`);
  return tally;
}

/** Anywhere; or near the end, where much is written; or at the swap itself, which is too short to be met by chance. */
function chooseMoment(random: Random, runMs: number): KillAt {
  const kind = random.below(5);
  if (kind === 0) return random.pick(["before the swap", "after the swap"] as const);
  return Math.round(runMs * (kind < 3 ? random.next() : 0.85 + random.next() * 0.15));
}

async function mustRun(verb: Verb, edition: number, dir: string): Promise<CliRun> {
  const run = await runCli(verb.args(edition), dir, null);
  if (run.exitCode !== 0)
    throw new Error(`${verb.name} ended with ${run.exitCode}: ${run.stderr.slice(-300)}`);
  return run;
}

function readAnswers(dir: string): string {
  try {
    return answersOf(dir);
  } catch (error) {
    return `no answers: ${String(error)}`;
  }
}
