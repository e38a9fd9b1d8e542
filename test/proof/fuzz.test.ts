/** A short run of fuzzing, so that its code is run by every test; and fuzzing itself: it finds what it must find. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { targets as brokenReaders } from "./fixtures/broken-readers.ts";
import { parsePlatform } from "../../src/oci/platform.ts";
import { makeInput } from "./fuzz-case.ts";
import { startCoverage } from "./fuzz-coverage.ts";
import { createGuide } from "./fuzz-guide.ts";
import { runFuzz } from "./fuzz-run.ts";
import { fuzzRound } from "./fuzz.ts";
import { targets } from "./fuzz-targets.ts";

const quiet = (): void => {};

test("fuzz: twenty seconds into every reader", async () => {
  const result = await fuzzRound({ seed: 20_261_121, seconds: 20, count: null, words: [], progress: quiet });
  assert.deepEqual(result.failures, []);
  const rows = result.tables[0]?.rows ?? [];
  assert.equal(rows.length, targets.length + 1);
  for (const [name, inputs] of rows) assert.ok(Number(inputs) > 0, `${name}: ${inputs} inputs`);
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

test("fuzz: an input that reaches new code is found in its batch, and kept", async () => {
  const coverage = startCoverage();
  try {
    const samples = [Buffer.from("linux/amd64")];
    const guide = createGuide(samples, coverage);
    const run = (input: Buffer): Promise<unknown> => {
      try {
        parsePlatform(input.toString());
      } catch {
        // Refused, which is code too.
      }
      return Promise.resolve(null);
    };
    const learn = async (texts: readonly string[]): Promise<void> => {
      const inputs = texts.map((text) => Buffer.from(text));
      coverage.take();
      for (const input of inputs) await run(input);
      await guide.learn(inputs, run);
    };
    await learn(["linux/amd64"]);
    await learn(["linux/amd64", "linux/amd64"]);
    assert.deepEqual(guide.pool, samples);
    await learn(["linux/amd64", "linux/amd64", "", "linux/amd64", "linux/amd64"]);
    assert.deepEqual(guide.pool.map(String), ["linux/amd64", ""]);
    await learn(["linux/amd64", ""]);
    assert.equal(guide.pool.length, 2);
  } finally {
    coverage.close();
  }
});

test("fuzz: a target and a number give the same input again", () => {
  for (const target of targets) {
    const inputs = [1, 2, 3, 4, 5].map((seed) => makeInput(target.samples, seed));
    for (const [index, input] of inputs.entries())
      assert.deepEqual(makeInput(target.samples, index + 1), input);
    assert.ok(new Set(inputs.map((input) => input.toString("latin1"))).size > 1, target.name);
  }
});
