/** The program that runs the tests must be able to fail: each way to fail, on small folders of tests. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { repositoryRoot, runCommand, type Run } from "../test/helpers/run-plimsoll.ts";

const good = 'test("good", () => {});';

interface Row {
  readonly name: string;
  /** Test files by path; `test` is imported for them. */
  readonly files: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly ci?: boolean;
  /** 128: killed. */
  readonly exitCode: number;
  readonly says: RegExp;
}

const rows: readonly Row[] = [
  {
    name: "all is well",
    files: { "src/a.test.ts": good, "test/e2e/b.test.ts": good, "test/new/c.test.ts": good },
    exitCode: 0,
    says: /^3 passed, 0 failed, 0 skipped$/m,
  },
  {
    name: "a failing test",
    files: { "src/a.test.ts": `${good} test("bad", () => { throw new Error("x"); });` },
    exitCode: 1,
    says: /^failed: bad \(src\/a\.test\.ts\)\n1 passed, 1 failed/m,
  },
  {
    name: "a failing end-to-end test",
    files: { "test/e2e/a.test.ts": 'test("bad", () => { throw new Error("x"); });' },
    exitCode: 1,
    says: /^0 passed, 1 failed/m,
  },
  {
    name: "a file that throws after its first test",
    files: { "src/a.test.ts": `${good} throw new Error("x");`, "src/b.test.ts": good },
    exitCode: 1,
    says: /^failed: src\/a\.test\.ts cannot be loaded: Error: x$/m,
  },
  {
    name: "a file that cannot be read as a program",
    files: { "src/a.test.ts": "test(", "src/b.test.ts": good },
    exitCode: 1,
    says: /^failed: src\/a\.test\.ts cannot be loaded: SyntaxError/m,
  },
  {
    name: "a file without tests",
    files: { "src/a.test.ts": good, "src/b.test.ts": "" },
    exitCode: 1,
    says: /^failed: no test in .*b\.test\.ts/m,
  },
  {
    name: "something thrown after its test",
    files: {
      "src/a.test.ts":
        'test("a", () => void setTimeout(() => { throw new Error("x"); }, 5)); test("b", () => new Promise((done) => setTimeout(done, 50)));',
    },
    exitCode: 1,
    says: /^failed: something was thrown outside of a test/m,
  },
  {
    name: "a hook that fails",
    files: {
      "src/a.test.ts": `import { after } from "node:test"; ${good} after(() => { throw new Error("x"); });`,
    },
    exitCode: 1,
    says: /[1-9]\d* failed/m,
  },
  {
    name: "fewer tests than there must be",
    files: { "src/a.test.ts": good },
    args: ["--floor=2"],
    exitCode: 1,
    says: /^only 1 tests ran; there must be 2$/m,
  },
  {
    name: "the floor does not count for a choice of files",
    files: { "src/a.test.ts": good, "src/b.test.ts": "throw new Error();" },
    args: ["--floor=2", "src/a"],
    exitCode: 0,
    says: /^1 passed/m,
  },
  {
    name: "a choice that chooses nothing",
    files: { "src/a.test.ts": good },
    args: ["nowhere"],
    exitCode: 1,
    says: /^no test matched$/m,
  },
  {
    name: "skipped tests on CI",
    files: { "src/a.test.ts": `${good} test("s", { skip: "why" }, () => {}); test.todo("t");` },
    ci: true,
    exitCode: 1,
    says: /^nothing may be skipped on CI$/m,
  },
  {
    name: "skipped tests elsewhere, told with their reason",
    files: { "src/a.test.ts": `${good} test("s", { skip: "why" }, () => {});` },
    exitCode: 0,
    says: /^skipped: s \(src\/a\.test\.ts\): why\n1 passed, 0 failed, 1 skipped$/m,
  },
  {
    name: "a loop that never ends",
    files: { "src/a.test.ts": `${good} test("endless", () => { for (;;); });` },
    args: ["--silence=1000"],
    exitCode: 128,
    says: /hangs: nothing was heard for 1000 ms; the last was: /,
  },
  {
    name: "unit tests in two processes",
    files: {
      "src/a.test.ts": good,
      "src/b.test.ts": good,
      "src/c.test.ts": good,
      "test/e2e/d.test.ts": good,
    },
    args: ["--shards=2"],
    exitCode: 0,
    says: /^4 passed, 0 failed, 0 skipped$/m,
  },
  {
    name: "what fails and what is skipped in either of two processes",
    files: {
      "src/a.test.ts": `${good} throw new Error("x");`,
      "src/b.test.ts": `${good} test("s", { skip: "why" }, () => {}); test("bad", () => { throw new Error("x"); });`,
    },
    args: ["--shards=2"],
    exitCode: 1,
    says: /^skipped: s .*\nfailed: src\/a\.test\.ts cannot be loaded: Error: x\nfailed: bad .*\n2 passed, 2 failed, 1 skipped$/m,
  },
  {
    name: "one of two processes dies",
    files: { "src/a.test.ts": `${good} test("end", () => process.exit(0));`, "src/b.test.ts": good },
    args: ["--shards=2"],
    exitCode: 1,
    says: /^failed: a process of unit tests ended before its tests had: exit code 0\n1 passed, 1 failed/m,
  },
  {
    name: "one of two processes hangs",
    files: { "src/a.test.ts": `${good} test("endless", () => { for (;;); });`, "src/b.test.ts": good },
    args: ["--shards=2", "--silence=1500"],
    exitCode: 1,
    says: /hangs: nothing was heard for 1500 ms/,
  },
];

describe("run-tests", { concurrency: 3 }, () => {
  for (const { name, files, args = [], ci = false, exitCode, says } of rows) {
    it(name, async () => {
      const run = await runTests(files, args, ci);
      assert.match(`${run.stdout}${run.stderr}`, says);
      assert.equal(run.exitCode, exitCode);
    });
  }
});

it("a loop that never ends is ended although nobody reads what is said of it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-run-tests-"));
  try {
    const watchdog = join(repositoryRoot, "tools/test-watchdog.ts");
    const program = join(folder, "endless.mjs");
    // The watch begins when the thread of the program has had a moment's rest.
    writeFileSync(
      program,
      `import { startWatchdog } from ${JSON.stringify(watchdog)}; startWatchdog(1500); setTimeout(() => { for (;;); }, 750);`,
    );
    const child = spawn(process.execPath, [program], { stdio: ["ignore", "ignore", "pipe"] });
    child.stderr.destroy();
    const [, signal] = (await once(child, "exit")) as [number | null, string | null];
    assert.equal(signal, "SIGKILL");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function runTests(files: Row["files"], args: readonly string[], ci: boolean): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-run-tests-"));
  try {
    // A module of its own kind of folder, so that the files are read as the project's are.
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), text === "" ? "" : `import { test } from "node:test";\n${text}\n`);
    }
    const floor = args.some((arg) => arg.startsWith("--floor")) ? [] : ["--floor=1"];
    const program = join(repositoryRoot, "tools/run-tests.ts");
    // The environment is replaced, so that this run is not taken for a child of the one it is part of.
    const env: Record<string, string> = ci ? { CI: "true" } : {};
    return await runCommand(process.execPath, [program, `--root=${folder}`, ...floor, ...args], { env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
