import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { after, test } from "node:test";
import { PlimsollError } from "../domain/error.ts";
import { isLoopbackHost, isMachineLocalHost } from "./http-hosts.ts";
import { defaultHttpLimits } from "./http-limits.ts";
import { retryPause } from "./http-retry.ts";
import { httpBytes, httpRequest } from "./http.ts";

const servers: Server[] = [];
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** `http://127.0.0.1:PORT` and what was asked of it. */
async function serve(listener: RequestListener): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const fast = { retryPauseMs: 1, retriesMax: 2 };

async function failure(promise: Promise<unknown>): Promise<PlimsollError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof PlimsollError, String(error));
    return error;
  }
  assert.fail("it should have failed");
}

test("a body is handed out as it is, with status and headers", async () => {
  const { url } = await serve((_request, response) => {
    response.writeHead(200, { "X-Kind": "a" });
    response.end("hello");
  });
  const answer = await httpBytes({ url: `${url}/path?secret=1` });
  assert.equal(Buffer.from(answer.bytes).toString(), "hello");
  assert.equal(answer.headers["x-kind"], "a");
  assert.equal(answer.url, `${url}/path`);
});

test("credentials are not sent on to another origin, and are kept on the same", async () => {
  const other = await serve((_request, response) => response.end("moved"));
  const { url, requests } = await serve((request, response) => {
    const location = request.url === "/a" ? "/b" : `${other.url}/c`;
    response.writeHead(302, { location }).end();
  });
  const headers = { authorization: "Basic c2VjcmV0", cookie: "s=1", accept: "text/plain" };
  await httpBytes({ url: `${url}/a`, headers });
  assert.deepEqual(
    requests.map((request) => request.headers.authorization),
    ["Basic c2VjcmV0", "Basic c2VjcmV0"],
  );
  assert.equal(other.requests[0]?.headers.authorization, undefined);
  assert.equal(other.requests[0]?.headers.cookie, undefined);
  assert.equal(other.requests[0]?.headers.accept, "text/plain");
});

test("redirects have an end, and an address may be refused", async () => {
  const { url, requests } = await serve((_request, response) => {
    response.writeHead(307, { location: "/again" }).end();
  });
  const endless = await failure(httpRequest({ url, limits: { redirectsMax: 3 } }));
  assert.equal(endless.code, "HTTP_FAILED");
  assert.equal(endless.details["reason"], "redirects");
  assert.equal(requests.length, 4);
  const refused = await failure(httpRequest({ url, isAllowed: (asked) => asked.pathname !== "/again" }));
  assert.equal(refused.details["reason"], "refused");
});

test("429 and 5xx are tried again, and Retry-After is honoured up to a ceiling", async () => {
  const rows = [
    { statuses: [503, 503, 200], retryAfter: null, expected: 200, count: 3 },
    { statuses: [429, 200], retryAfter: "0", expected: 200, count: 2 },
    { statuses: [429, 200], retryAfter: "3600", expected: 429, count: 1 },
    { statuses: [500, 500, 500, 200], retryAfter: null, expected: 500, count: 3 },
    { statuses: [404, 200], retryAfter: null, expected: 404, count: 1 },
  ];
  for (const { statuses, retryAfter, expected, count } of rows) {
    const left = [...statuses];
    const { url, requests } = await serve((_request, response) => {
      if (retryAfter !== null) response.setHeader("retry-after", retryAfter);
      response.writeHead(left.shift() ?? 200).end();
    });
    const answer = await httpRequest({ url, limits: fast });
    await answer.discard();
    assert.equal(answer.status, expected, JSON.stringify(statuses));
    assert.equal(requests.length, count, JSON.stringify(statuses));
  }
});

test("a reset connection is tried again; a refused one is not", async () => {
  let dropped = 0;
  const { url } = await serve((request, response) => {
    dropped += 1;
    if (dropped === 1) return void request.socket.destroy();
    response.end("ok");
  });
  assert.equal(Buffer.from((await httpBytes({ url, limits: fast })).bytes).toString(), "ok");
  const closed = createTcpServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const refused = await failure(httpRequest({ url: `http://127.0.0.1:${port}/` }));
  assert.equal(refused.code, "HTTP_FAILED");
  assert.equal(refused.details["reason"], "ECONNREFUSED");
});

test("a body past its ceiling, cut short or stalled is an error", async () => {
  const long = await serve((_request, response) => response.end("x".repeat(1000)));
  const tooLong = await failure(httpBytes({ url: long.url, limits: { bodyBytesMax: 999 } }));
  assert.equal(tooLong.code, "LIMIT_EXCEEDED");
  assert.equal(tooLong.details["limit"], "bodyBytesMax");
  assert.equal((await httpBytes({ url: long.url, limits: { bodyBytesMax: 1000 } })).bytes.byteLength, 1000);
  const cut = await serve((request, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("half");
    setTimeout(() => request.socket.destroy(), 20);
  });
  assert.equal((await failure(httpBytes({ url: cut.url }))).code, "HTTP_FAILED");
  const stalled = await serve((_request, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("half");
  });
  const slow = await failure(httpBytes({ url: stalled.url, limits: { totalTimeoutMs: 200 } }));
  assert.equal(slow.details["reason"], "timeout");
});

test("an abort throws the caller's reason", async () => {
  const { url } = await serve(() => {});
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error("enough")), 30);
  await assert.rejects(httpRequest({ url, signal: controller.signal }), /enough/);
});

test("user and password of an address become a header and show in no error", async () => {
  const { url, requests } = await serve((_request, response) => response.writeHead(404).end());
  const address = `${url.replace("http://", "http://me:p%40ss@")}/x?token=hidden`;
  const error = await failure(httpBytes({ url: address }));
  assert.equal(error.details["status"], 404);
  assert.equal(requests[0]?.headers.authorization, `Basic ${Buffer.from("me:p@ss").toString("base64")}`);
  assert.doesNotMatch(JSON.stringify([error.message, error.details]), /p%40ss|p@ss|hidden/);
});

test("other statuses can be accepted", async () => {
  const { url } = await serve((_request, response) => response.writeHead(304).end());
  assert.equal((await httpBytes({ url, accept: [304] })).status, 304);
});

test("proxies of the environment are used, but not for loopback", async () => {
  const proxied: string[] = [];
  const proxy = await serve((request, response) => {
    proxied.push(request.url ?? "");
    response.end("by proxy");
  });
  // Plain HTTP through a proxy is sent as a tunnel: the proxy sees CONNECT.
  servers.at(-1)?.on("connect", (request, socket) => {
    proxied.push(request.url ?? "");
    socket.end("HTTP/1.1 503 No tunnel\r\n\r\n");
  });
  const before = process.env["http_proxy"];
  process.env["http_proxy"] = proxy.url;
  try {
    const direct = await serve((_request, response) => response.end("direct"));
    assert.equal(Buffer.from((await httpBytes({ url: direct.url })).bytes).toString(), "direct");
    assert.deepEqual(proxied, []);
    await httpBytes({ url: "http://feeds.example.test/all.zip", limits: { retriesMax: 0 } }).catch(() => {});
    assert.equal(proxied.length, 1);
    assert.match(proxied[0] ?? "", /feeds\.example\.test/);
  } finally {
    if (before === undefined) delete process.env["http_proxy"];
    else process.env["http_proxy"] = before;
  }
});

test("hosts of this machine", () => {
  for (const host of [
    "localhost",
    "127.0.0.1",
    "127.9.9.9",
    "[::1]",
    "::1",
    "a.localhost",
    "[::ffff:7f00:1]",
  ]) {
    assert.equal(isLoopbackHost(host), true, host);
  }
  for (const host of ["127.example.com", "localhost.example.com", "10.0.0.1", "[2001:db8::1]", "128.0.0.1"]) {
    assert.equal(isLoopbackHost(host), false, host);
    assert.equal(isMachineLocalHost(host), false, host);
  }
  for (const host of ["169.254.169.254", "0.0.0.0", "[::]", "[fe80::1]", "[::ffff:0:0]"]) {
    assert.equal(isMachineLocalHost(host), true, host);
  }
});

test("pauses grow, are spread and end", () => {
  const limits = { ...defaultHttpLimits, retryPauseMs: 100, retryPauseMsMax: 1000, retriesMax: 6 };
  const now = (): number => Date.UTC(2026, 0, 1);
  for (const [attempt, highest] of [
    [1, 100],
    [2, 200],
    [4, 800],
    [6, 1000],
  ] as const) {
    const pause = retryPause(attempt, null, limits, now);
    assert.ok(pause !== null && pause <= highest && pause >= highest * 0.75, `${attempt}: ${pause}`);
  }
  assert.equal(retryPause(7, null, limits, now), null);
  assert.equal(retryPause(1, "1", limits, now), 1000);
  assert.equal(retryPause(1, "2", limits, now), null);
  assert.equal(retryPause(1, "Thu, 01 Jan 2026 00:00:01 GMT", limits, now), 1000);
  assert.ok((retryPause(1, "soon", limits, now) ?? 0) <= 100);
});
