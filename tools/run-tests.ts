/**
 * Runs every test: unit tests together in one process (200 files in 0.6 s instead of 28 s), end-to-end tests in a process
 * each. Fails when a test fails, when one is skipped on CI, or when there are fewer tests than there must be.
 *
 * Arguments: words that a file's path must contain; none: all files.
 */
import { globSync } from "node:fs";
import { resolve } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import type { EventData } from "node:test";

const root = resolve(import.meta.dirname, "..");

/** Raised with the project: a run that finds fewer has lost test files. */
const TESTS_MIN = 400;

interface Count {
  passed: number;
  failed: number;
  skipped: string[];
}

const words = process.argv.slice(2);
const chosen = (pattern: string): string[] =>
  globSync(pattern, { cwd: root })
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort()
    .map((file) => resolve(root, file));

const unit = [...chosen("src/**/*.test.ts"), ...chosen("test/*.test.ts"), ...chosen("test/{golden,hostile,schemas}/**/*.test.ts"), ...chosen("tools/**/*.test.ts")];
const endToEnd = chosen("test/e2e/**/*.test.ts");

const count: Count = { passed: 0, failed: 0, skipped: [] };
if (unit.length > 0) await runFiles(unit, "none");
if (endToEnd.length > 0) await runFiles(endToEnd, "process");

const total = count.passed + count.failed;
for (const line of count.skipped) process.stdout.write(`skipped: ${line}\n`);
const tooFew = words.length === 0 && total < TESTS_MIN;
const skippedOnCi = process.env["CI"] === "true" && count.skipped.length > 0;
if (tooFew) process.stdout.write(`only ${total} tests ran; there must be at least ${TESTS_MIN}\n`);
if (skippedOnCi) process.stdout.write("nothing may be skipped on CI\n");
if (total === 0) process.stdout.write("no test matched\n");
process.stdout.write(`${count.passed} passed, ${count.failed} failed, ${count.skipped.length} skipped\n`);
process.exit(count.failed > 0 || tooFew || skippedOnCi || total === 0 ? 1 : 0);

/** `none`: all files in this process; `process`: a process each, one after the other. */
async function runFiles(files: string[], isolation: "none" | "process"): Promise<void> {
  const stream = run({ files, isolation, concurrency: isolation === "process" ? 1 : false, timeout: 600_000 });
  stream.on("test:pass", (event) => tally(event, true));
  stream.on("test:fail", (event) => tally(event, false));
  const report = stream.compose(new spec());
  for await (const chunk of report) process.stdout.write(chunk as string);
}

function tally(event: EventData.TestPass | EventData.TestFail, passed: boolean): void {
  // A file or suite is a frame around its tests, not a test; one that fails by itself still counts as a failure.
  const isFrame = event.details.type === "suite" || (event.nesting === 0 && event.name === event.file);
  if (event.skip !== undefined && event.skip !== false) count.skipped.push(`${event.name}: ${String(event.skip)}`);
  else if (!passed) count.failed += 1;
  else if (!isFrame) count.passed += 1;
}
