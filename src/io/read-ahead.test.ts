import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { createReadAhead } from "./read-ahead.ts";

const bytes = (from: number, length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => from + i);

describe("read-ahead", () => {
  it("puts pieces together and splits large ones, in order", async () => {
    const seen: number[] = [];
    const input = (async function* () {
      yield bytes(0, 3);
      yield bytes(3, 0);
      yield bytes(3, 10);
      yield bytes(13, 1);
    })();
    const ahead = createReadAhead(input, { chunkBytes: 4, onPiece: ({ length }) => void seen.push(length) });
    const all: number[] = [];
    for (let chunk = await ahead.next(); chunk !== null; chunk = await ahead.next()) {
      assert.ok(chunk.length > 0 && chunk.length <= 4);
      all.push(...chunk);
      ahead.giveBack(chunk);
    }
    assert.deepEqual(all, [...bytes(0, 14)]);
    assert.deepEqual(seen, [3, 0, 10, 1]);
  });

  it("reads two chunks ahead and no more until one is given back", async () => {
    let asked = 0;
    const input = (async function* () {
      for (;;) yield bytes((asked += 1), 1);
    })();
    const ahead = createReadAhead(input, { chunkBytes: 4 });
    for (let i = 0; i < 100; i += 1) await turn();
    const first = (await ahead.next()) as Uint8Array;
    for (let i = 0; i < 100; i += 1) await turn();
    assert.deepEqual([[...first], asked], [[1, 2, 3, 4], 9]);
    const second = (await ahead.next()) as Uint8Array;
    for (let i = 0; i < 100; i += 1) await turn();
    assert.deepEqual([[...second], asked], [[5, 6, 7, 8], 9]);
    ahead.giveBack(first);
    assert.deepEqual([...((await ahead.next()) as Uint8Array)][0], 9);
    ahead.close();
  });

  it("throws what the input throws, after what came before", async () => {
    const input = (async function* () {
      yield bytes(7, 2);
      throw new Error("broken off");
    })();
    const ahead = createReadAhead(input, { chunkBytes: 4 });
    assert.deepEqual([...((await ahead.next()) as Uint8Array)], [7, 8]);
    await assert.rejects(ahead.next(), /broken off/);
  });

  it("lets go of the input when it is closed", async () => {
    const over = Promise.withResolvers<void>();
    const input = (async function* () {
      try {
        for (;;) yield bytes(0, 3);
      } finally {
        over.resolve();
      }
    })();
    createReadAhead(input, { chunkBytes: 4 }).close();
    await over.promise;
  });
});
