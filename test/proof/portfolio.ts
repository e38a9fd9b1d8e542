/**
 * Round `portfolio`: many images that share bases, analysed cold and then warm by two processes at a time that share one cache, and
 * once more without any cache. Whoever asks, and whenever: the same bytes out.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listCache } from "../../src/analysis/cache-files.ts";
import { repositoryRoot, runCommand, runProcess } from "../helpers/run-plimsoll.ts";
import { writePortfolio } from "./portfolio-images.ts";
import type { Outcome } from "./portfolio-worker.ts";
import type { RoundOptions, RoundResult } from "./round.ts";

const claim =
  "Images that share base images, analysed cold and warm by two processes in parallel on one cache, and without a cache: every " +
  "report of an image is the same, byte for byte; the cache holds each image once and nothing else.";

interface Pass {
  readonly name: string;
  readonly outcomes: readonly Outcome[];
  readonly seconds: number;
}

export async function portfolioRound(options: RoundOptions): Promise<RoundResult> {
  const count = options.count ?? 200;
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-portfolio-"));
  const failures: string[] = [];
  try {
    const images = join(folder, "images");
    const { baseCount, layerCount } = writePortfolio(images, count, options.seed);
    options.progress(`${count} images on ${baseCount} bases`);
    const env = {
      HOME: folder,
      PLIMSOLL_DB_DIR: join(folder, "db"),
      PLIMSOLL_CACHE_DIR: join(folder, "cache"),
    };
    await buildExamples(env);
    const passes: Pass[] = [];
    // The second process goes backwards, so that they meet, and both sides write first.
    for (const name of ["cold", "warm"]) {
      const started = performance.now();
      const [one, two] = await Promise.all([
        analyse(images, "forwards", env),
        analyse(images, "backwards", env),
      ]);
      const seconds = (performance.now() - started) / 1000;
      passes.push(
        { name: `${name}, first process`, outcomes: one, seconds },
        { name: `${name}, second process`, outcomes: two, seconds },
      );
      options.progress(`${name}: ${seconds.toFixed(1)} s`);
    }
    const started = performance.now();
    const outcomes = await analyse(images, "forwards", { ...env, PLIMSOLL_NO_CACHE: "1" });
    passes.push({ name: "without cache", outcomes, seconds: (performance.now() - started) / 1000 });
    failures.push(...compare(passes, count), ...(await checkCache(join(folder, "cache"), count)));
    const rows = passes.map(({ name, outcomes: list, seconds }) => [
      name,
      list.length,
      list.filter(({ fromCache }) => fromCache).length,
      list.reduce((sum, { findings }) => sum + findings, 0),
      new Set(list.map(({ digest }) => digest)).size,
      seconds.toFixed(1),
    ]);
    const head = ["pass", "images", "from the cache", "findings", "different reports", "s"];
    const notes = [
      `${count} images of ${layerCount} layers on ${baseCount} bases; each process ran alone beside the other one.`,
    ];
    return { claim, tables: [{ head, rows }], failures, notes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function buildExamples(env: Readonly<Record<string, string>>): Promise<void> {
  const run = await runProcess(
    ["db", "build", "--from", "examples/advisories", "--demonstration", "--quiet"],
    { env },
  );
  if (run.exitCode !== 0) throw new Error(run.stderr);
}

async function analyse(
  images: string,
  order: "forwards" | "backwards",
  env: Readonly<Record<string, string>>,
): Promise<Outcome[]> {
  const program = join(repositoryRoot, "test/proof/portfolio-worker.ts");
  const run = await runCommand(process.execPath, [program, images, order], { env });
  if (run.exitCode !== 0) throw new Error(`a process of the portfolio failed: ${run.stderr.slice(0, 500)}`);
  return run.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Outcome)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function compare(passes: readonly Pass[], count: number): string[] {
  const failures: string[] = [];
  const [first] = passes;
  for (const { name, outcomes } of passes) {
    if (outcomes.length !== count) failures.push(`${name}: ${outcomes.length} of ${count} images`);
    for (const [index, { name: image, digest, exitCode }] of outcomes.entries()) {
      if (exitCode !== 0) failures.push(`${name}: ${image} ended with ${exitCode}`);
      if (digest !== first?.outcomes[index]?.digest)
        failures.push(`${name}: ${image} has another report than at first`);
    }
    const hits = outcomes.filter(({ fromCache }) => fromCache).length;
    if (name.startsWith("warm") && hits !== count)
      failures.push(`${name}: only ${hits} images came from the cache`);
    if (name === "without cache" && hits > 0)
      failures.push(`${name}: ${hits} images came from the cache all the same`);
    if (new Set(outcomes.map(({ digest }) => digest)).size !== count)
      failures.push(`${name}: two images have one report`);
    if (outcomes.every(({ findings }) => findings === 0))
      failures.push(`${name}: no image has a finding, so nothing was proven`);
  }
  return failures;
}

async function checkCache(folder: string, count: number): Promise<string[]> {
  const entries = (await listCache(folder)).filter(({ kind }) => kind === "sbom").length;
  const files = readdirSync(join(folder, "sbom")).length;
  const failures: string[] = [];
  if (entries !== count) failures.push(`the cache holds ${entries} images, not ${count}`);
  if (files !== entries) failures.push(`the cache holds ${files - entries} files that are no entries`);
  return failures;
}
