/**
 * `npm run proof`: the long proofs, all of them or those named. Prints progress, writes dated results below
 * `docs/reference/proof/`, and ends with exit code 1 when a round fails.
 *
 *     npm run proof -- kill fuzz --seconds 120 --seed 7
 *     npm run proof -- fuzz --minutes 30
 *     npm run proof -- fuzz --replay 'deb status:build/proof/deb-status-123.bin'
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { repositoryRoot } from "../helpers/run-plimsoll.ts";
import { feedsRound } from "./feeds.ts";
import { fuzzRound } from "./fuzz.ts";
import { killRound } from "./kill.ts";
import { portfolioRound } from "./portfolio.ts";
import { writeReport } from "./report.ts";
import type { Round } from "./round.ts";
import { syftRound } from "./syft/round.ts";
import { vexRound } from "./vex.ts";

const rounds: Readonly<Record<string, Round>> = {
  kill: killRound,
  fuzz: fuzzRound,
  feeds: feedsRound,
  portfolio: portfolioRound,
  syft: syftRound,
  vex: vexRound,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string" },
    seconds: { type: "string", default: "300" },
    minutes: { type: "string" },
    count: { type: "string" },
    replay: { type: "string", multiple: true, default: [] },
    out: { type: "string", default: join(repositoryRoot, "docs/reference/proof") },
  },
});

const unknown = positionals.filter((name) => !(name in rounds));
if (unknown.length > 0) {
  process.stderr.write(`no round ${unknown.join(", ")}; there is ${Object.keys(rounds).join(", ")}\n`);
  process.exit(1);
}

const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
let failed = 0;
for (const [name, round] of Object.entries(rounds)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  process.stdout.write(`== ${name} (seed ${seed})\n`);
  const options = {
    seed,
    seconds: values.minutes === undefined ? Number(values.seconds) : Number(values.minutes) * 60,
    count: values.count === undefined ? null : Number(values.count),
    words: values.replay,
    progress: (line: string) => void process.stdout.write(`   ${line}\n`),
  };
  const startedAt = new Date();
  const result = await round(options);
  const seconds = (Date.now() - startedAt.getTime()) / 1000;
  for (const failure of result.failures) process.stdout.write(`   FAIL ${failure}\n`);
  // A replay is for the person who looks into a failure, and no proof.
  const isProof = values.replay.length === 0;
  const page = isProof
    ? writeReport(values.out, { name, startedAt, seconds, options, result })
    : "not recorded";
  process.stdout.write(
    `   ${result.failures.length === 0 ? "passed" : "FAILED"} in ${seconds.toFixed(0)} s: ${page}\n`,
  );
  failed += result.failures.length === 0 ? 0 : 1;
}
process.exit(failed === 0 ? 0 : 1);
