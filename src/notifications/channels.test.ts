import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { hostileNotification, sending, startReceiver } from "../../test/helpers/receiver.ts";
import { channels, findChannel, getChannel, newSecret, sendNotification } from "./channels.ts";
import { makeSecret } from "./webhook/signature.ts";

test("channels: each folder is one, under its own id", () => {
  const folders = readdirSync(new URL("./", import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => name !== "shared");
  assert.deepEqual(
    channels.map(({ id }) => id),
    folders.toSorted(),
  );
  assert.ok(folders.length > 0);
  for (const channel of channels) assert.ok(Object.isFrozen(channel));
});

test("channels: secrets that are made are each another one", () => {
  for (const { secret } of channels)
    if (secret.kind === "made") assert.notEqual(newSecret(secret.make), newSecret(secret.make));
  assert.equal(findChannel("nope"), null);
  assert.throws(() => getChannel("nope"), { code: "INTERNAL" });
});

test("channels: options that a channel does not have are refused", () => {
  for (const { id, options } of channels) assert.equal(options.safeParse({ nope: 1 }).success, false, id);
});

test("channels: of an address that is a secret the secret is used", async () => {
  const receiver = await startReceiver();
  const target = { url: "http://127.0.0.1:1/", secret: `${receiver.origin}/hidden`, options: {} };
  await sendNotification("slack", hostileNotification, target, sending());
  assert.deepEqual(
    receiver.received.map(({ path }) => path),
    ["/hidden"],
  );
  await receiver.close();
});

test("channels: an attempt that its caller gives up ends with the caller's reason", async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const giveUp = new AbortController();
  silent.on("request", () => giveUp.abort(new Error("the worker stops")));
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  const sending = sendNotification(
    "webhook",
    hostileNotification,
    { url, secret: newSecret(makeSecret), options: {} },
    { now: new Date(), signal: giveUp.signal },
  );
  await assert.rejects(sending, /the worker stops/);
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
});
