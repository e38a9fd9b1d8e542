import assert from "node:assert/strict";
import { test } from "node:test";
import { eventKinds, notifyingKinds } from "../../../src/domain/event.ts";
import { nouns, nounsTouchedBy, orgKey } from "./keys.ts";

for (const kind of eventKinds) {
  test(`${kind} makes the list of events out of date, and not simply everything`, () => {
    const touched = nounsTouchedBy(kind);
    assert.ok(touched.includes("events"));
    assert.ok(new Set(touched).size < nouns.length);
  });
}

for (const kind of notifyingKinds) {
  test(`${kind}, which people are told of, makes their notices out of date`, () => {
    assert.ok(nounsTouchedBy(kind).includes("notices"));
  });
}

test("a kind of a newer server makes everything out of date", () => {
  assert.deepEqual(new Set(nounsTouchedBy("moon.full")), new Set(nouns));
});

test("keys of an organisation begin alike, so that one noun can be named with all that was asked of it", () => {
  assert.deepEqual(orgKey("acme", "images", { q: "x" }).slice(0, 3), orgKey("acme", "images"));
});
