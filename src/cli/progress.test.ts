import assert from "node:assert/strict";
import { test } from "node:test";
import type { CliContext } from "./context.ts";
import { createProgress } from "./progress.ts";

/** A terminal on which the line that is being written can be seen. */
function terminal({
  isTerminal = true,
  env = {},
}: { isTerminal?: boolean; env?: Record<string, string> } = {}) {
  let now = 0;
  let tick = (): void => {};
  let isStopped = false;
  const written: string[] = [];
  const stream = { write: (text: string) => void written.push(text), isTerminal, width: 40 };
  const context = { stdout: stream, stderr: stream, env, monotonicMs: () => now } as unknown as CliContext;
  const progress = createProgress(context, (given) => {
    tick = given;
    return () => {
      isStopped = true;
    };
  });
  return {
    progress,
    after: (ms: number) => {
      now += ms;
      tick();
    },
    written: () => written.splice(0).join(""),
    isStopped: () => isStopped,
  };
}

test("what is quick shows nothing, what takes its time a line that goes away", () => {
  const { progress, after, written, isStopped } = terminal();
  progress.begin("cves alpine:3.22");
  after(400);
  assert.equal(written(), "");
  after(2600);
  assert.match(written(), /^\S cves alpine:3\.22 {2}3 s$/);
  progress.context.step?.("reading layers");
  after(1000);
  assert.match(written(), /^\r\u001b\[K\S reading layers {2}4 s$/);
  progress.context.stdout.write("result\n");
  assert.equal(written(), "\r\u001b[Kresult\n");
  progress.context.stderr.write("note\n");
  assert.equal(written(), "note\n");
  after(1000);
  written();
  progress.end();
  assert.equal(written(), "\r\u001b[K");
  assert.ok(isStopped());
});

test("a line is never wider than the terminal, nor gives it orders", () => {
  const { progress, after, written } = terminal();
  progress.begin(`\u001b[2J${"x".repeat(100)}`);
  after(1);
  after(1);
  const line = written();
  assert.ok(line.length < 40);
  assert.doesNotMatch(line, /\u001b/);
});

for (const [name, settings] of [
  ["in a pipe", { isTerminal: false }],
  ["on a terminal that cannot clear a line", { env: { TERM: "dumb" } }],
] as const) {
  test(`nothing is shown ${name}`, () => {
    const { progress, after, written, isStopped } = terminal(settings);
    progress.begin("cves");
    for (let count = 0; count < 5; count += 1) after(1000);
    assert.equal(written(), "");
    assert.ok(isStopped());
  });
}
