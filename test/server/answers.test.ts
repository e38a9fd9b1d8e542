/** What holds for every answer: errors that tell nothing, shapes, time, headers, and the host that was asked. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, test } from "node:test";
import { z } from "zod";
import { PlimsollError } from "../../src/domain/error.ts";
import { createApp } from "../../src/server/app.ts";
import { Reply, route, type Route } from "../../src/server/route.ts";
import { startTestServer, type Answer, type TestServer } from "../helpers/server.ts";

const response = z.object({ ok: z.boolean() });
const spec = { summary: "for a test", tag: "Test", response } as const;

const routes: readonly Route[] = [
  open("/fails", () => Promise.reject(new Error("the password is hunter2\nand \u001b[31mred"))),
  open("/store-fails", () => {
    return Promise.reject(new PlimsollError("STORE_UNREACHABLE", "No connection to db.internal as plimsoll"));
  }),
  open("/conflicts", () => {
    return Promise.reject(Object.assign(new Error("Key (hash)=(secret) exists"), { code: "23505" }));
  }),
  open("/says", () => Promise.reject(new PlimsollError("CONFLICT", "Somebody \u001b[31mwas faster."))),
  open("/too-much", () => Promise.resolve({ ok: true, secret: "leaks" })),
  open("/too-little", () => Promise.resolve({})),
  open("/slow", async () => {
    await sleep(60_000, null, { ref: false });
    return { ok: true };
  }),
  open("/reply", () => Promise.resolve(new Reply({ ok: true }, { "x-own": "1" }))),
  open("/stream", () => {
    const body = new ReadableStream({
      start: async (controller) => {
        for (const word of ["one", "two", "three"]) {
          await sleep(500);
          controller.enqueue(new TextEncoder().encode(word));
        }
        controller.close();
      },
    });
    return Promise.resolve(new Response(body, { headers: { "content-type": "text/plain" } }));
  }),
];

function open(path: string, answer: () => Promise<unknown>): Route {
  return route({ ...spec, method: "get", path, permission: "public" }, answer);
}

let server: TestServer;
before(async () => {
  server = await startTestServer({ routes });
});
after(() => server.close());

const get = (path: string, init: RequestInit = {}): Promise<Answer> =>
  server.request("anonymous", "GET", path, undefined, init);

describe("an error", () => {
  test("that is the server's own is told as an id, and logged once without steering characters", async () => {
    server.logged.length = 0;
    const answer = await get("/fails");
    assert.equal(answer.status, 500);
    assert.equal(answer.json.code, "INTERNAL");
    assert.ok(!answer.text.includes("hunter2"));
    assert.equal(server.logged.length, 1);
    const [line = ""] = server.logged;
    const errorId = /as ([0-9a-f-]{36})\./.exec(answer.json.detail)?.[1] ?? "none";
    assert.ok(line.startsWith(`error ${errorId} GET /fails INTERNAL`));
    assert.ok(!line.includes("\u001b"));
  });

  test("of the database names no host and no user", async () => {
    const answer = await get("/store-fails");
    assert.equal(answer.status, 503);
    assert.equal(answer.json.code, "STORE_UNREACHABLE");
    assert.ok(!answer.text.includes("db.internal"));
  });

  test("of a key that exists is a conflict, without the key", async () => {
    const answer = await get("/conflicts");
    assert.equal(answer.json.code, "CONFLICT");
    assert.ok(!answer.text.includes("secret"));
  });

  test("of the caller's is told in words that steer no terminal", async () => {
    const { json } = await get("/says");
    assert.equal(json.detail, "Somebody \\u{1b}[31mwas faster.");
    assert.equal(json.type, "urn:plimsoll:error:CONFLICT");
    assert.ok(json.advice.length > 0);
  });
});

test("an answer with more or less than its shape is caught in tests", async () => {
  for (const path of ["/too-much", "/too-little"]) {
    const answer = await get(path);
    assert.equal(answer.json.code, "INTERNAL");
    assert.ok(!answer.text.includes("leaks"));
  }
});

test("a route that takes too long is given up, a stream that has begun is not", async () => {
  const app = createApp(server.parts, routes, { webDir: null, timeLimitMs: 1_000, log: () => {} });
  const ask = async (path: string): Promise<Response> => app.request(`http://localhost/api/v1${path}`);
  const slow = await ask("/slow");
  assert.equal(slow.status, 503);
  assert.equal(((await slow.json()) as { code: string }).code, "REQUEST_TIMEOUT");
  assert.equal(await (await ask("/stream")).text(), "onetwothree");
});

test("headers of a reply go with it", async () => {
  const answer = await get("/reply");
  assert.deepEqual(answer.json, { ok: true });
  assert.equal(answer.headers.get("x-own"), "1");
});

test("HEAD of the API is nothing, for streams", async () => {
  assert.equal((await server.request("anonymous", "HEAD", "/stream")).status, 404);
});

test("unknown addresses of the API are problems, whatever the method", async () => {
  for (const [method, path] of [
    ["GET", "/nothing"],
    ["POST", "/nothing"],
    ["DELETE", "/reply"],
    ["OPTIONS", "/reply"],
  ] as const) {
    const answer = await server.request("anonymous", method, path);
    assert.equal(answer.status, 404);
    assert.equal(answer.json.code, "NOT_FOUND");
  }
});

test("every answer has the headers that keep browsers from more than it says", async () => {
  const answers = await Promise.all([
    get("/reply"),
    get("/fails"),
    get("/stream"),
    get("/nothing"),
    get("/openapi.json"),
    server.app.request("http://127.0.0.1:7300/"),
    server.app.request("http://evil.example/"),
  ]);
  for (const { headers } of answers) {
    assert.equal(
      headers.get("content-security-policy"),
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("referrer-policy"), "no-referrer");
    assert.equal(headers.get("cross-origin-opener-policy"), "same-origin");
    assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
    assert.notEqual(headers.get("permissions-policy"), null);
    assert.equal(headers.get("access-control-allow-origin"), null);
  }
  for (const { headers } of answers.slice(0, 5)) assert.equal(headers.get("cache-control"), "no-store");
});

describe("the host that a request names", () => {
  const hosts: readonly (readonly [host: string, status: number])[] = [
    ["127.0.0.1:7300", 200],
    ["localhost:7300", 200],
    ["[::1]:7300", 200],
    ["plimsoll.localhost", 200],
    ["evil.example", 421],
    ["127.0.0.1.evil.example:7300", 421],
    ["localhost.evil.example", 421],
    ["192.168.1.7:7300", 421],
  ];
  for (const [host, status] of hosts) {
    test(`${host} is answered with ${status} on loopback`, async () => {
      const answer = await server.app.request(`http://${host}/api/v1/reply`);
      assert.equal(answer.status, status);
      const { code } = (await answer.json()) as { code?: string };
      assert.equal(code, status === 200 ? undefined : "HOST_UNKNOWN");
    });
  }

  test("is the public one behind a proxy, and any where the server listens for others", async () => {
    const proxied = await startTestServer({ routes, publicUrl: "https://plimsoll.example.com" });
    const exposed = await startTestServer({ routes, isOnLoopback: false });
    try {
      assert.equal((await proxied.app.request("http://example.com/api/v1/reply")).status, 421);
      assert.equal((await proxied.app.request("http://plimsoll.example.com:443/api/v1/reply")).status, 200);
      assert.equal((await exposed.app.request("http://192.168.1.7:7300/api/v1/reply")).status, 200);
    } finally {
      await proxied.close();
      await exposed.close();
    }
  });
});
