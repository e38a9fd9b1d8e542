import assert from "node:assert/strict";
import { test } from "node:test";
import { retryDeadlocks } from "./retry-deadlocks.ts";

const rows: readonly (readonly [name: string, codes: readonly string[], outcome: string, tries: number])[] = [
  ["nothing to retry", [], "done", 1],
  ["a deadlock passes", ["40P01", "40001"], "done", 3],
  ["deadlocks without end", Array.from({ length: 9 }, () => "40P01"), "40P01", 5],
  ["another failure", ["23505"], "23505", 1],
];
for (const [name, codes, outcome, tries] of rows) {
  test(`deadlocks: ${name}`, async () => {
    let count = 0;
    const work = (): Promise<string> => {
      const code = codes[count];
      count += 1;
      if (code === undefined) return Promise.resolve("done");
      return Promise.reject(Object.assign(new Error(code), { code }));
    };
    assert.equal(await retryDeadlocks(work).catch((error: Error) => error.message), outcome);
    assert.equal(count, tries);
  });
}
