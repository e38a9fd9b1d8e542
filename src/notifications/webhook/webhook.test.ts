import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import type { Notification } from "../types.ts";
import { webhook } from "./index.ts";
import { makeSecret, signedHeaders } from "./signature.ts";

const notification: Notification = {
  id: "evt_0a6b_7",
  type: "verdict.changed",
  time: "2026-11-21T12:00:00.000Z",
  organisation: "acme",
  subject: "images/5f1d",
  topic: "advisory:CVE-2026-1234",
  severity: "high",
  title: "registry.example.com/acme/app:1 is no longer compliant <script>\u001b[2J",
  actor: null,
  url: "http://127.0.0.1:7300/o/acme/images/5f1d",
  source: "http://127.0.0.1:7300/o/acme",
  details: { grade: "C" },
  parts: [],
  partCount: 0,
};
const secret = makeSecret(Buffer.alloc(32, 7));

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const received: Received[] = [];
let receiver: Server;
let origin: string;

before(async () => {
  receiver = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const path = request.url ?? "";
      received.push({ path, headers: request.headers, body: Buffer.concat(pieces).toString("utf8") });
      const status = Number(path.slice(1, 4));
      response.writeHead(status, status === 302 ? { location: "/200" } : {}).end("x".repeat(100));
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});

after(async () => {
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

function send(url: string, now = new Date("2026-11-21T12:00:05.900Z")): Promise<void> {
  return webhook.send(
    notification,
    { url, secret, options: {} },
    { now, signal: new AbortController().signal },
  );
}

test("webhook: the signature is the one of the specification's libraries", () => {
  // Vector of the reference implementations (github.com/standard-webhooks/standard-webhooks, libraries/*/test).
  assert.deepEqual(
    signedHeaders(
      {
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        at: new Date(1_614_265_330_000),
        body: '{"test": 2432232314}',
      },
      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ),
    {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
  );
});

test("webhook: a receiver gets the event once, and can check who sent it", async () => {
  received.length = 0;
  await send(`${origin}/204`);
  assert.equal(received.length, 1);
  const [{ headers, body }] = received as [Received];
  assert.equal(headers["content-type"], "application/json");
  assert.equal(headers["webhook-timestamp"], String(Date.parse("2026-11-21T12:00:05Z") / 1000));
  assert.equal(headers["webhook-id"], notification.id);
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  assert.equal(
    headers["webhook-signature"],
    `v1,${createHmac("sha256", key).update(signed).digest("base64")}`,
  );
  assert.deepEqual(JSON.parse(body), {
    specversion: "1.0",
    type: "verdict.changed",
    id: "evt_0a6b_7",
    time: "2026-11-21T12:00:00.000Z",
    source: notification.source,
    organisation: "acme",
    subject: "images/5f1d",
    datacontenttype: "application/json",
    data: {
      title: notification.title,
      actor: null,
      url: notification.url,
      topic: "advisory:CVE-2026-1234",
      severity: "high",
      details: { grade: "C" },
    },
  });
  assert.ok(!body.includes(secret));
});

test("webhook: another attempt has the same id and body, and its own time", async () => {
  received.length = 0;
  await send(`${origin}/200`);
  await send(`${origin}/200`, new Date("2026-11-21T12:05:00Z"));
  const [first, second] = received as [Received, Received];
  assert.equal(first.body, second.body);
  assert.equal(first.headers["webhook-id"], second.headers["webhook-id"]);
  assert.notEqual(first.headers["webhook-timestamp"], second.headers["webhook-timestamp"]);
  assert.notEqual(first.headers["webhook-signature"], second.headers["webhook-signature"]);
});

for (const status of [302, 400, 404, 410, 429, 500, 503]) {
  test(`webhook: an answer with status ${status} is a failure, without a second request`, async () => {
    received.length = 0;
    await assert.rejects(send(`${origin}/${status}/hidden?key=hidden`), (error: Error) => {
      assert.equal((error as { code?: string }).code, "DELIVERY_FAILED");
      assert.deepEqual((error as { details?: unknown }).details, { status });
      assert.ok(!/hidden|whsec/.test(`${error.message}${String(error.cause)}`));
      return true;
    });
    assert.equal(received.length, 1);
  });
}

test("webhook: nobody listens", async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  await assert.rejects(send(`http://127.0.0.1:${port}/hidden`), (error: Error) => {
    assert.equal((error as { code?: string }).code, "DELIVERY_FAILED");
    assert.match(error.message, /connection was refused/);
    assert.ok(!`${error.message}${String(error.cause)}`.includes("hidden"));
    return true;
  });
});

test("webhook: an attempt ends with its signal", async () => {
  const context = { now: new Date(), signal: AbortSignal.abort(new Error("the worker stops")) };
  await assert.rejects(
    webhook.send(notification, { url: `${origin}/200`, secret, options: {} }, context),
    /the worker stops/,
  );
});

test("webhook: a secret is whsec_ and the base64 of its bytes", () => {
  assert.equal(secret, `whsec_${Buffer.alloc(32, 7).toString("base64")}`);
  for (const bytes of [0, 23, 65]) assert.throws(() => makeSecret(Buffer.alloc(bytes)), { code: "INTERNAL" });
});
