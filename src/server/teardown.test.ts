import assert from "node:assert/strict";
import { test } from "node:test";
import { startTeardown } from "./teardown.ts";

test("steps run once, in reverse order, and one that fails keeps none of the others", async () => {
  const teardown = startTeardown();
  const ran: string[] = [];
  teardown.add(async () => void ran.push("database"));
  teardown.add(async () => {
    ran.push("queue");
    throw new Error("queue");
  });
  teardown.add(async () => {
    assert.ok(teardown.signal.aborted, "streams end before what they rest on");
    ran.push("requests");
  });
  const first = teardown.run();
  await assert.rejects(first, /queue/);
  await assert.rejects(teardown.run(), /queue/);
  assert.deepEqual(ran, ["requests", "queue", "database"]);
});

test("a second run at once does not wait for a step that hangs", async () => {
  const teardown = startTeardown();
  const hurried: string[] = [];
  const hanging = Promise.withResolvers<void>();
  teardown.add(async (atOnce) => void (atOnce && hurried.push("database")));
  teardown.add(async (atOnce) => {
    if (atOnce) return hanging.resolve();
    await hanging.promise;
  });
  const first = teardown.run();
  await teardown.run(true);
  await first;
  assert.ok(hurried.includes("database"));
});
