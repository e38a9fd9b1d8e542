import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createKeywordSearch } from "./keyword-search.ts";

const bytesOf = (text: string): Uint8Array => Buffer.from(text, "latin1");

/** Every keyword that is in the text, by its own index. */
function found(words: readonly string[], text: string): readonly string[] {
  const search = createKeywordSearch(words);
  const bytes = bytesOf(text);
  const names = new Set<string>();
  for (let at = search.next(bytes, 0); at >= 0; at = search.next(bytes, at + 1)) {
    for (const index of search.keywordsAt(bytes, at)) names.add(words[index] ?? "");
  }
  return [...names].sort();
}

const rows: readonly (readonly [text: string, expected: readonly string[]])[] = [
  ["", []],
  ["abc", []],
  ["token", ["token"]],
  ["my TOKEN here", ["token"]],
  ["tokens and tokenizers", ["token"]],
  ["the KeyX is written so", ["KeyX"]],
  ["the keyx is not", []],
  ["toke", []],
  ["secret_token", ["secret_token", "token"]],
  ["at the very end: token", ["token"]],
];

for (const [text, expected] of rows) {
  test(`keyword search: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(found(["token", "secret_token", "KeyX"], text), expected);
  });
}

test("keyword search: says the same as looking for each keyword by itself", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "A", "_", "-"), minLength: 4, maxLength: 7 });
  const text = fc.string({
    unit: fc.constantFrom("a", "b", "A", "B", "_", "-", "\u0081", " "),
    maxLength: 120,
  });
  fc.assert(
    fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 6 }), text, (words, content) => {
      const expected = words.filter((one) =>
        /[A-Z]/.test(one) ? content.includes(one) : content.toLowerCase().includes(one),
      );
      assert.deepEqual(found(words, content), [...expected].sort());
    }),
    { numRuns: 300 },
  );
});

test("keyword search: what is no keyword is refused", () => {
  assert.throws(() => createKeywordSearch([]), RangeError);
  assert.throws(() => createKeywordSearch(["abc"]), RangeError);
  assert.throws(() => createKeywordSearch(["abcdé"]), RangeError);
});
