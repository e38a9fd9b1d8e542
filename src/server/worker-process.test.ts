/** With small programs in the worker's place. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { keepWorker } from "./worker-process.ts";
import { formatHandover, parseHandover } from "./worker-handover.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-worker-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Writes what it reads to a file, and goes on until it is told to end. */
const READER = `
  process.stdin.once("data", (line) => require("node:fs").appendFileSync(process.argv[1], line));
  process.on("SIGTERM", () => { require("node:fs").appendFileSync(process.argv[1], "ended"); process.exit(0); });
`;

async function until(test: () => boolean): Promise<void> {
  for (let round = 0; round < 400 && !test(); round += 1) await sleep(25);
  assert.ok(test());
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

test("secrets go through standard input, and a signal lets it end", async () => {
  const file = join(folder, "reader");
  const worker = keepWorker({
    command: [process.execPath, "-e", READER, file],
    handover: '{"hush":1}',
    log: () => {},
  });
  await until(() => textOf(file) === '{"hush":1}\n');
  const { pid } = worker;
  assert.ok(pid !== null);
  await worker.stop(false);
  assert.equal(textOf(file), '{"hush":1}\nended');
  assert.equal(worker.pid, null);
  assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
});

test("one that dies is started again, and told of", async () => {
  const lines: string[] = [];
  const file = join(folder, "dying");
  const dying = `require("node:fs").appendFileSync(process.argv[1], "x"); process.exitCode = 3;`;
  const worker = keepWorker({
    command: [process.execPath, "-e", dying, file],
    handover: "",
    log: (line) => lines.push(line),
  });
  await until(() => textOf(file).length >= 2);
  await worker.stop(false);
  assert.match(lines[0] ?? "", /exit code 3/);
});

test("stopped in the pause between two, it ends", async () => {
  const lines: string[] = [];
  const worker = keepWorker({
    command: [join(folder, "no such program")],
    handover: "",
    log: (line) => lines.push(line),
  });
  await until(() => lines.length > 0);
  await worker.stop(false);
  assert.equal(worker.pid, null);
});

test("at once, it is not asked", async () => {
  const file = join(folder, "at-once");
  const worker = keepWorker({
    command: [process.execPath, "-e", READER, file],
    handover: "x",
    log: () => {},
  });
  await until(() => textOf(file) === "x\n");
  await worker.stop(true);
  assert.equal(textOf(file), "x\n");
});

test("a handover is read as it was written, and nothing else is one", () => {
  const handover = {
    connection: { kind: "url", url: "postgres://u:p@127.0.0.1/db" },
    secretKey: "k".repeat(32),
    demonstration: null,
  } as const;
  assert.deepEqual(parseHandover(formatHandover(handover)), handover);
  for (const line of ["", "{}", "no json", '{"connection":{"kind":"other"},"secretKey":"k"}']) {
    assert.throws(() => parseHandover(line), { code: "USAGE" });
  }
});
