import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { channels, newSecret, sendNotification } from "./channels.ts";

test("channels: each folder is one, under its own id", () => {
  const folders = readdirSync(new URL("./", import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  assert.deepEqual(
    channels.map(({ id }) => id),
    folders.toSorted(),
  );
  assert.ok(folders.length > 0);
  for (const channel of channels) assert.ok(Object.isFrozen(channel));
});

test("channels: each makes its own secrets", () => {
  for (const { id } of channels) assert.notEqual(newSecret(id), newSecret(id));
  assert.throws(() => newSecret("nope"), { code: "INTERNAL" });
});

test("channels: an attempt that its caller gives up ends with the caller's reason", async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const giveUp = new AbortController();
  silent.on("request", () => giveUp.abort(new Error("the worker stops")));
  const notification = {
    id: "evt_1",
    type: "verdict.changed",
    time: "2026-11-21T12:00:00Z",
    organisation: "acme",
    subject: null,
    title: "",
    actor: null,
    url: "http://127.0.0.1/",
    source: "http://127.0.0.1/",
    details: {},
  };
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  const sending = sendNotification(
    "webhook",
    notification,
    { url, secret: newSecret("webhook") },
    { now: new Date(), signal: giveUp.signal },
  );
  await assert.rejects(sending, /the worker stops/);
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
});
