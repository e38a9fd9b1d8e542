import assert from "node:assert/strict";
import { test } from "node:test";
import { readSearch, writeSearch } from "./search.ts";

test("an address is read back as it was written", () => {
  const search = { q: "my app & more=1", status: "not_met", cursor: "a+b/c==", number: "007" };
  assert.deepEqual(readSearch(writeSearch(search)), search);
});

test("what is empty leaves no trace", () => {
  assert.equal(writeSearch({ q: "", status: undefined, cursor: null }), "");
});

test("what anybody may write is bounded", () => {
  const many = Array.from({ length: 100 }, (_, at) => `n${at}=${"x".repeat(5000)}`).join("&");
  const search = readSearch(`?${many}&n1=again`);
  assert.equal(Object.keys(search).length, 30);
  assert.equal(search["n1"]?.length, 2000);
  assert.deepEqual(readSearch("?__proto__=1"), {});
});
