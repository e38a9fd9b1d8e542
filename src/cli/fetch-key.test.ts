import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readConfig } from "../config/config.ts";
import { PlimsollError } from "../domain/error.ts";
import type { CliContext } from "./context.ts";
import { fetchKey } from "./fetch-key.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-fetch-key-"));
const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
const bodies: Record<string, string | number> = {
  "/latest.pub": pem,
  "/secret.pub": privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  "/page.pub": "<html>",
  // A sound key, so that nothing but its size refuses it.
  "/long.pub": `${pem}${"\n".repeat(64 * 1024)}`,
  "/gone.pub": 404,
};
const requests: string[] = [];
const server = createServer((request, response) => {
  const body = bodies[request.url ?? ""] ?? 404;
  requests.push(request.url ?? "");
  if (request.url === "/moved.pub")
    response.writeHead(302, { location: "http://keys.example/latest.pub" }).end();
  else if (typeof body === "number") response.writeHead(body).end();
  else response.end(body);
});
let base = "";

before(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

const START = Date.parse("2030-01-01T00:00:00Z");

/** A run `hours` after the first, and what it warns of. */
function contextAt(hours: number, env: Readonly<Record<string, string>> = {}) {
  const warnings: string[] = [];
  const context = {
    config: readConfig({ PLIMSOLL_HOME: folder, ...env }, "/nonexistent", folder),
    clock: () => new Date(START + hours * 3_600_000),
    stderr: { write: (text: string) => void warnings.push(text), isTerminal: false, width: 80 },
  } as unknown as CliContext;
  return { context, warnings };
}

test("a key is fetched once a day, and what is kept does for a week when its site fails", async () => {
  const address = `${base}/latest.pub`;
  assert.deepEqual(await fetchKey(contextAt(0).context, address), { name: "latest.pub", pem });
  await fetchKey(contextAt(23).context, address);
  assert.deepEqual(requests, ["/latest.pub"]);
  await fetchKey(contextAt(25).context, address);
  assert.equal(requests.length, 2);
  bodies["/latest.pub"] = 404;
  const failing = contextAt(25 + 48);
  assert.equal((await fetchKey(failing.context, address)).pem, pem);
  assert.match(failing.warnings.join(""), /fetched 48 hours ago: .*status 404/);
  const offline = contextAt(25 + 48, { PLIMSOLL_OFFLINE: "1" });
  assert.equal((await fetchKey(offline.context, address)).pem, pem);
  await assert.rejects(fetchKey(contextAt(25 + 24 * 8).context, address), { code: "KEY_INVALID" });
  await assert.rejects(fetchKey(contextAt(73, { PLIMSOLL_NO_CACHE: "1" }).context, address), {
    code: "KEY_INVALID",
  });
});

for (const { what, address, code } of [
  { what: "that is not there", address: "/gone.pub", code: "KEY_INVALID" },
  { what: "that is no key", address: "/page.pub", code: "KEY_INVALID" },
  { what: "that is the private half", address: "/secret.pub", code: "KEY_INVALID" },
  { what: "that is too long", address: "/long.pub", code: "KEY_INVALID" },
  { what: "without TLS, from elsewhere", address: "http://keys.example/latest.pub", code: "USAGE" },
]) {
  test(`a key ${what} is refused`, async () => {
    const url = address.startsWith("http") ? address : `${base}${address}`;
    await assert.rejects(fetchKey(contextAt(0).context, url), { code });
  });
}

test("offline nobody is asked for a key that is not kept", async () => {
  requests.length = 0;
  const { context } = contextAt(0, { PLIMSOLL_OFFLINE: "1" });
  await assert.rejects(fetchKey(context, `${base}/other.pub`), { code: "KEY_INVALID" });
  assert.deepEqual(requests, []);
});

test("a key is not fetched where an address without TLS leads from one with it", async () => {
  await assert.rejects(fetchKey(contextAt(0).context, `${base}/moved.pub`), (error) => {
    assert.ok(error instanceof PlimsollError && error.cause instanceof PlimsollError);
    assert.deepEqual([error.code, error.cause.details["reason"]], ["KEY_INVALID", "refused"]);
    return true;
  });
});
