import assert from "node:assert/strict";
import { it } from "node:test";
import { createTextStore } from "./text-store.ts";

it("gives texts back as they were added, whatever their length", () => {
  const store = createTextStore();
  const texts = [
    "",
    "plain",
    "déjà vu \u{1f600}",
    "x".repeat(3 * 1024 * 1024),
    "ü".repeat(1024 * 1024),
    "y".repeat(9 * 1024 * 1024),
    "after a long one",
    "",
    "z",
  ];
  for (const round of [texts, texts.toReversed()]) {
    const kept = round.map((text) => ({ text, at: store.add(text), length: store.addedBytes() }));
    for (const { text, at, length } of kept) assert.ok(store.read(at, length) === text, text.slice(0, 20));
    store.clear();
  }
});
