/**
 * Runs every test: unit tests together in two processes, one a core (200 files in 0.6 s instead of 28 s), end-to-end tests and
 * those against native tools in a process each. Fails when a test fails, when a file throws or holds no test, when something is thrown after
 * its test has ended, when a test is skipped on CI, or when there are fewer tests than there must be. A run in which nothing is
 * heard for long is ended.
 *
 * Arguments: words that a file's path must contain; none: all files. `--root=FOLDER`, `--floor=NUMBER` and `--shards=NUMBER` run
 * the tests of another folder, as the test of this program does. `--shard=INDEX` is for the program itself: one of the processes
 * of unit tests, which tells its count to the one that started it.
 */
import { fork } from "node:child_process";
import { globSync } from "node:fs";
import { relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import type { EventData } from "node:test";
import { parseArgs } from "node:util";
import { startWatchdog } from "./test-watchdog.ts";

/** Raised with the project: a run that finds fewer has lost test files. */
const TESTS_MIN = 9800;

/** Nothing heard for this long is a hang. The slowest single step, an image built by Debian's own tools, takes three minutes. */
const SILENCE_MS = 15 * 60_000;

/** Unit tests that are worth two processes. */
const FILES_OF_ONE_PROCESS = 50;

/** Taken by the first process, whosever turn it is: the other one has more to do. */
const LONGEST: ReadonlySet<string> = new Set(["src/monitoring/apply-database.test.ts"]);

interface Count {
  passed: number;
  readonly failed: string[];
  readonly skipped: string[];
}

const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    root: { type: "string" },
    floor: { type: "string" },
    silence: { type: "string" },
    shards: { type: "string" },
    shard: { type: "string" },
  },
});
const root = resolve(values.root ?? resolve(import.meta.dirname, ".."));
const floor = Number(values.floor ?? TESTS_MIN);

const files = ["src/**/*.test.ts", "test/**/*.test.ts", "tools/**/*.test.ts", "web/src/**/*.test.ts"]
  .flatMap((pattern) => globSync(pattern, { cwd: root }).sort())
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
// Native tools take a third of the time of the other two lanes, so the walks and the databases go with them.
const downloads = files.filter((file) => /^test\/(?:native\/|e2e\/(?:walk|db-))/.test(file));
const pages = files.filter((file) => file.startsWith("test/e2e/dashboard"));
const servers = files.filter(
  (file) => file.startsWith("test/e2e/") && !pages.includes(file) && !downloads.includes(file),
);
const unit = files.filter((file) => ![downloads, pages, servers].some((lane) => lane.includes(file)));

const count: Count = { passed: 0, failed: [], skipped: [] };
const shards = Number(values.shards ?? (unit.length > FILES_OF_ONE_PROCESS ? 2 : 1));
const isParent = values.shard === undefined && shards > 1;
// Processes of unit tests are watched by themselves first: who hangs knows in which test.
const watchdog = startWatchdog(Number(values.silence ?? SILENCE_MS) * (isParent ? 2 : 1));
if (values.shard !== undefined) {
  await runUnit(unit.filter((file, index) => shardOf(file, index) === Number(values.shard)));
  await watchdog.stop();
  process.send?.({ count }, () => process.exit(0));
} else {
  // Native tools mostly wait for their downloads, so they begin beside the unit tests.
  const native = shards === 1 ? null : runFiles(downloads, "process");
  if (shards === 1) await runUnit(unit);
  else
    for (const part of await Promise.all(Array.from({ length: shards }, (_, index) => runShard(index))))
      add(part);
  // Then one browser, and servers that are killed and started.
  const lanes = [pages, servers].map((lane) => runFiles(lane, "process"));
  await Promise.all([native ?? runFiles(downloads, "process"), ...lanes]);
  await watchdog.stop();
  process.exit(report() ? 0 : 1);
}

/** Files by turns; those that take longest stand in one place, so that both processes end at about the same time. */
function shardOf(file: string, index: number): number {
  return LONGEST.has(file) ? 0 : index % shards;
}

/** Alone in its process: what is imported into it registers with whichever run was started last. */
async function runUnit(chosen: readonly string[]): Promise<void> {
  await runFiles(chosen, "none");
  await findBrokenFiles(chosen);
  // Set when something was thrown after its test had ended.
  if (process.exitCode === 1)
    count.failed.push("something was thrown outside of a test, see the lines above");
}

/** Its lines are printed together at its end: two runs at once would be read as one. */
async function runShard(index: number): Promise<Count> {
  const child = fork(
    import.meta.filename,
    [...process.argv.slice(2), `--shards=${shards}`, `--shard=${index}`],
    {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    },
  );
  const lines: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      lines.push(chunk);
      watchdog.heard("unit tests");
    });
  let told: Count | null = null;
  child.on("message", (message: { readonly count: Count }) => {
    told = message.count;
  });
  const ending = await new Promise<string>((done) =>
    child.on("close", (code, signal) => done(signal ?? `exit code ${code}`)),
  );
  process.stdout.write(Buffer.concat(lines));
  const failure = `a process of unit tests ended before its tests had: ${ending}`;
  return told ?? { passed: 0, failed: [failure], skipped: [] };
}

function add({ passed, failed, skipped }: Count): void {
  count.passed += passed;
  count.failed.push(...failed);
  count.skipped.push(...skipped);
}

/** `none`: all files in this process; `process`: a process each, one after the other. */
async function runFiles(chosen: readonly string[], isolation: "none" | "process"): Promise<void> {
  if (chosen.length === 0) return;
  const paths = chosen.map((file) => resolve(root, file));
  const concurrency = isolation === "process" ? 1 : false;
  const stream = run({ files: paths, isolation, concurrency, timeout: 600_000, cwd: root });
  stream.on("test:start", ({ name }) => watchdog.heard(name));
  stream.on("test:pass", (event) => tally(event, true));
  stream.on("test:fail", (event) => tally(event, false));
  for await (const chunk of stream.compose(new spec())) process.stdout.write(chunk as string);
}

function tally(event: EventData.TestPass | EventData.TestFail, passed: boolean): void {
  watchdog.heard(event.name);
  const place = `${event.name} (${relative(root, event.file ?? "")})`;
  const reason = event.skip ?? event.todo;
  if (!passed) count.failed.push(place);
  else if (reason !== undefined && reason !== false) count.skipped.push(`${place}: ${String(reason)}`);
  // A file is reported as a test of its own when it holds none: whatever it was to prove, it does not.
  else if (event.nesting === 0 && event.name === event.file) count.failed.push(`no test in ${place}`);
  else if (event.details.type !== "suite") count.passed += 1;
}

/** In one process, node:test forgets what a file throws after its first test. A module that threw does so again when imported. */
async function findBrokenFiles(chosen: readonly string[]): Promise<void> {
  for (const file of chosen) {
    try {
      await import(pathToFileURL(resolve(root, file)).href);
    } catch (error) {
      count.failed.push(`${file} cannot be loaded: ${String(error)}`);
    }
  }
}

function report(): boolean {
  const total = count.passed + count.failed.length;
  const complaints: string[] = [];
  for (const line of count.skipped) process.stdout.write(`skipped: ${line}\n`);
  for (const line of count.failed) process.stdout.write(`failed: ${line}\n`);
  if (words.length === 0 && total < floor) complaints.push(`only ${total} tests ran; there must be ${floor}`);
  if (process.env["CI"] === "true" && count.skipped.length > 0)
    complaints.push("nothing may be skipped on CI");
  if (total === 0) complaints.push("no test matched");
  for (const complaint of complaints) process.stdout.write(`${complaint}\n`);
  process.stdout.write(
    `${count.passed} passed, ${count.failed.length} failed, ${count.skipped.length} skipped\n`,
  );
  return count.failed.length === 0 && complaints.length === 0;
}
