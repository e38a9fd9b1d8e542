/** A short run of fuzzing, so that its code is run by every test; and fuzzing itself: it finds what it must find. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { targets as brokenReaders } from "./fixtures/broken-readers.ts";
import { inputOf } from "./fuzz-case.ts";
import { runFuzz } from "./fuzz-run.ts";
import { fuzzRound } from "./fuzz.ts";
import { targets } from "./fuzz-targets.ts";

const quiet = (): void => {};

test("fuzz: ten seconds into every reader", async () => {
  const result = await fuzzRound({ seed: 20_261_121, seconds: 10, count: null, words: [], progress: quiet });
  assert.deepEqual(result.failures, []);
  const rows = result.tables[0]?.rows ?? [];
  assert.equal(rows.length, targets.length + 1);
  for (const [name, inputs] of rows) assert.ok(Number(inputs) > 5, `${name}: ${inputs} inputs`);
});

test("fuzz: every fault is found, and the run goes on behind it", async () => {
  const module = new URL("fixtures/broken-readers.ts", import.meta.url).href;
  const options = { module, targets: brokenReaders, seed: 1, seconds: 10, hangMs: 3_000, progress: quiet };
  const { counts, failures } = await runFuzz(options);
  const found = new Map(failures.map(({ target, reason }) => [target, reason]));
  assert.deepEqual([...found.keys()].sort(), ["breaks a promise", "hangs", "never settles", "throws"]);
  assert.match(found.get("throws") ?? "", /SyntaxError/);
  assert.match(found.get("breaks a promise") ?? "", /promised/);
  assert.match(found.get("hangs") ?? "", /no end after 3000 ms/);
  assert.match(found.get("never settles") ?? "", /no end after 3000 ms/);
  assert.ok((counts[0]?.accepted ?? 0) > 0 && (counts[1]?.refused ?? 0) > 0);
});

test("fuzz: a target and a number give the same input again", () => {
  for (const target of targets) {
    const inputs = [1, 2, 3, 4, 5].map((seed) => inputOf(target, seed));
    for (const [index, input] of inputs.entries()) assert.deepEqual(inputOf(target, index + 1), input);
    assert.ok(new Set(inputs.map((input) => input.toString("latin1"))).size > 1, target.name);
  }
});
