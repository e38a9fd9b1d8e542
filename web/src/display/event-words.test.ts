import assert from "node:assert/strict";
import { test } from "node:test";
import { eventKinds } from "../../../src/domain/event.ts";
import { kindWords } from "./event-words.ts";

test("every kind of event has its words, and no others have", () => {
  assert.deepEqual(Object.keys(kindWords).toSorted(), [...eventKinds].toSorted());
});
