import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventTold } from "../store/event-feed.ts";
import { makeInbox } from "./event-inbox.ts";

const event = (id: number): EventTold => ({ kind: "event", id, event: "image.pushed" });

test("inbox: in order, and waits for what comes", async () => {
  const inbox = makeInbox();
  inbox.put(event(1));
  inbox.put(event(2));
  assert.deepEqual(await inbox.take(), event(1));
  assert.deepEqual(await inbox.take(), event(2));
  const next = inbox.take();
  inbox.put(event(3));
  assert.deepEqual(await next, event(3));
});

test("inbox: too much becomes a gap, and so does a gap with all before it", async () => {
  const inbox = makeInbox(2);
  for (const id of [1, 2, 3]) inbox.put(event(id));
  assert.deepEqual(await inbox.take(), { kind: "gap" });
  inbox.put(event(4));
  inbox.put({ kind: "gap" });
  inbox.put(event(5));
  assert.deepEqual(await inbox.take(), { kind: "gap" });
  assert.deepEqual(await inbox.take(), event(5));
});

test("inbox: a beat comes first, is there once, and survives a gap", async () => {
  const inbox = makeInbox(2);
  inbox.put(event(1));
  inbox.beat();
  inbox.beat();
  inbox.put({ kind: "gap" });
  assert.deepEqual(await inbox.take(), { kind: "beat" });
  assert.deepEqual(await inbox.take(), { kind: "gap" });
  const next = inbox.take();
  inbox.beat();
  assert.deepEqual(await next, { kind: "beat" });
});

test("inbox: the end ends waiting, and comes again and again", async () => {
  const inbox = makeInbox();
  const waiting = inbox.take();
  inbox.end();
  inbox.put(event(1));
  inbox.beat();
  for (const told of [await waiting, await inbox.take(), await inbox.take()])
    assert.deepEqual(told, { kind: "end" });
});
