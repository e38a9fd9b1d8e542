/** Policies that people wrote are judged in a thread that is ended in time. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openKillable } from "../io/killable-worker.ts";
import { evaluatePolicies } from "../policies/evaluate.ts";
import { factsWith } from "../policies/fixtures/facts.ts";
import type { PolicyDefinition } from "../policies/types.ts";
import { judgeApart } from "./custom-policies.ts";

function policy(id: string, expression: string, enabled = true): PolicyDefinition {
  const config = { rules: [expression] };
  return { id, title: id, type: "cel", weight: 10, enabled, config };
}

describe("judgeApart", () => {
  it("answers for each policy, whatever becomes of the others", async () => {
    const policies = [
      policy("good", 'image.user != "root"'),
      policy("bad", "packages"),
      policy("broken", 'image.labels.nope == ""'),
      policy("off", "false", false),
    ];
    const facts = factsWith();
    const outcomes = await judgeApart(facts, policies, { repository: null });
    const results = evaluatePolicies(facts, policies, { outcomes });
    assert.deepEqual(
      results.map(({ policy: id, status, lost }) => [id, status, lost]),
      [
        ["good", "met", 0],
        ["bad", "not_met", 10],
        ["broken", "no_data", 10],
      ],
    );
  });

  it("one that takes too long is ended and is no data", async () => {
    const outcomes = await judgeApart(factsWith(), [policy("late", "true")], {
      repository: null,
      limits: { timeMs: 1, memoryMb: 64 },
    });
    assert.deepEqual(outcomes.get("late")?.outcome, {
      status: "no_data",
      reason: "the policy took longer than 0.001 s and was ended",
    });
  });

  it("starts nothing when no policy asks for it", async () => {
    assert.equal((await judgeApart(factsWith(), [], { repository: null })).size, 0);
  });
});

it("a policy that nobody judged is no data", () => {
  const [result] = evaluatePolicies(factsWith(), [policy("alone", "true")]);
  assert.equal(result?.status, "no_data");
});

describe("openKillable", () => {
  const module = (text: string): URL => new URL(`data:text/javascript,${encodeURIComponent(text)}`);
  const rows: readonly (readonly [name: string, text: string, reason: RegExp])[] = [
    ["a loop without an end", "for (;;);", /^took longer than 1 s and was ended$/],
    [
      "memory without an end",
      "const all = []; for (;;) all.push([...Array(1e5).keys()]);",
      /^needed more than 32 MB/,
    ],
    ["an error", "throw new Error('x')", /^failed: x$/],
    ["no answer", "1", /^ended without an answer$/],
  ];
  for (const [name, text, reason] of rows) {
    it(name, async () => {
      const timeMs = name.startsWith("a loop") ? 1_000 : 60_000;
      const answer = await openKillable(module(text), { timeMs, memoryMb: 32 }).run(null);
      assert.equal(answer.kind, "ended");
      assert.match(answer.reason, reason);
    });
  }

  const parent = "import { parentPort } from 'node:worker_threads'; ";

  it("has nothing of the environment", async () => {
    const text = "parentPort.once('message', () => parentPort.postMessage(Object.keys(process.env).length))";
    const thread = openKillable(module(parent + text), { timeMs: 60_000, memoryMb: 64 });
    assert.deepEqual(await thread.run(null), { kind: "value", value: 0 });
    await thread.close();
  });

  it("is one thread for all inputs, and a new one after one that was ended", async () => {
    const text =
      "let runs = 0; parentPort.on('message', (it) => { runs += 1; if (it === 'x') throw new Error(it); parentPort.postMessage(runs); })";
    const thread = openKillable<string, number>(module(parent + text), { timeMs: 60_000, memoryMb: 64 });
    const answers = [];
    for (const input of ["a", "b", "x", "c"]) answers.push(await thread.run(input));
    await thread.close();
    assert.deepEqual(
      answers.map((answer) => (answer.kind === "value" ? answer.value : answer.reason)),
      [1, 2, "failed: x", 1],
    );
  });

  it("replaces one that ended between two runs", async () => {
    const text =
      "parentPort.once('message', (it) => { parentPort.postMessage(it); if (it < 3) setImmediate(() => { throw new Error('late'); }); })";
    const thread = openKillable<number, number>(module(parent + text), { timeMs: 60_000, memoryMb: 64 });
    assert.deepEqual(await thread.run(1), { kind: "value", value: 1 });
    // The thread may end before this run or during it.
    const [during, after] = [await thread.run(2), await thread.run(3)];
    if (during.kind === "ended") assert.equal(during.reason, "failed: late");
    assert.deepEqual(after, { kind: "value", value: 3 });
    await thread.close();
  });
});
