import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import { Hono } from "hono";
import { listen, type Listening } from "./listen.ts";

/** Answers when it is told to. */
function waitingApp() {
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const app = new Hono();
  app.get("/quick", (context) => context.text("quick"));
  app.get("/slow", async (context) => {
    begun.resolve();
    await go.promise;
    return context.text("slow");
  });
  app.get("/endless", () => {
    begun.resolve();
    return new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) }));
  });
  return { app: app as never, begun: begun.promise, go: () => go.resolve() };
}

function ask({ address }: Listening, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ ...address, path, agent: false }, (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
      answer.on("end", () => resolve(text));
      answer.on("error", reject);
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("a free port is taken, and told", async () => {
  const listening = await listen(waitingApp().app, { host: "127.0.0.1", port: 0 });
  assert.equal(listening.address.host, "127.0.0.1");
  assert.ok(listening.address.port > 0);
  assert.equal(await ask(listening, "/quick"), "quick");
  await listening.close();
  await assert.rejects(ask(listening, "/quick"), { code: "ECONNREFUSED" });
});

test("a port that is taken is an error with a code", async () => {
  const listening = await listen(waitingApp().app, { host: "127.0.0.1", port: 0 });
  const again = listen(waitingApp().app, { host: "127.0.0.1", port: listening.address.port });
  await assert.rejects(again, { code: "PORT_BUSY" });
  await listening.close();
});

test("an address of another machine is an error with a code", async () => {
  await assert.rejects(listen(waitingApp().app, { host: "192.0.2.1", port: 0 }), { code: "CONFIG_INVALID" });
});

test("closing waits for what is being answered, and takes nothing new", async () => {
  const { app, begun, go } = waitingApp();
  const listening = await listen(app, { host: "127.0.0.1", port: 0 });
  const answer = ask(listening, "/slow");
  await begun;
  const closed = listening.close();
  await assert.rejects(ask(listening, "/quick"), { code: "ECONNREFUSED" });
  go();
  assert.equal(await answer, "slow");
  await closed;
});

test("closing does not wait for ever", async () => {
  const { app, begun } = waitingApp();
  const listening = await listen(app, { host: "127.0.0.1", port: 0, closeWithinMs: 50 });
  const answer = ask(listening, "/endless");
  await begun;
  await Promise.all([listening.close(), assert.rejects(answer)]);
});
