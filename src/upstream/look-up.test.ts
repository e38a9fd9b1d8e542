/** Newest versions: each ecosystem's own document, read from a mirror on loopback, from what was kept, and from a file. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readBundle } from "./bundle.ts";
import { findNewest, upstreamEcosystems, type AskedPackage, type UpstreamOptions } from "./look-up.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-upstream-"));
const asked: string[] = [];
let server: Server;
let address = "";

/** As registries answer: only the parts that are read, and one field beside them. */
const documents: Readonly<Record<string, string>> = {
  "/npm/express/latest": '{"name":"express","version":"5.1.0","deprecated":"use another"}',
  "/npm/@types%2fnode/latest": '{"name":"@types/node","version":"24.0.1"}',
  "/npm/broken/latest": "<html>not found</html>",
  "/pypi/pypi/requests/json":
    '{"info":{"version":"2.32.4","yanked":false},"urls":[{"upload_time_iso_8601":"2030-01-02T03:04:05Z"}]}',
  "/pypi/pypi/gone/json": '{"info":{"version":"1.0","yanked":true,"yanked_reason":"broken"},"urls":[]}',
  "/maven/org/slf4j/slf4j-api/maven-metadata.xml":
    "<metadata><versioning><latest>2.1.0-alpha1</latest><release>2.0.17</release><lastUpdated>20300131235959</lastUpdated></versioning></metadata>",
  "/golang/github.com/!burnt!sushi/toml/@latest": '{"Version":"v1.5.0","Time":"2030-01-01T00:00:00Z"}',
};

before(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const found = documents[request.url ?? ""];
    response.writeHead(found === undefined ? 404 : 200).end(found);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true, force: true });
});

const now = new Date("2030-02-01T00:00:00Z");
const options = (more: Partial<UpstreamOptions> = {}): UpstreamOptions => ({
  mirrors: Object.fromEntries(upstreamEcosystems.map((id) => [id, `${address}/${id}/`])),
  bundle: null,
  cacheFolder: null,
  isOffline: false,
  maxAgeMs: 3_600_000,
  now,
  signal: null,
  ...more,
});

async function ask(asks: AskedPackage, more: Partial<UpstreamOptions> = {}): Promise<string> {
  const [answer] = await findNewest([asks], options(more));
  assert.ok(answer);
  if (answer.kind === "no_data") return `no_data: ${answer.reason}`;
  const { version, releasedAt, deprecated } = answer.newest;
  return `${answer.from} ${version} ${releasedAt?.slice(0, 10) ?? "-"} ${deprecated ?? "-"}`;
}

const cases: readonly (readonly [string, string, string | RegExp])[] = [
  ["npm", "express", "mirror 5.1.0 - use another"],
  ["npm", "@types/node", "mirror 24.0.1 - -"],
  ["npm", "unknown", /no_data: the mirror does not know/],
  ["npm", "broken", /no_data: the mirror of npm answers something else/],
  ["npm", "../../secret", /no_data: npm has no such names/],
  ["pypi", "requests", "mirror 2.32.4 2030-01-02 -"],
  ["pypi", "gone", "mirror 1.0 - broken"],
  ["pypi", "a/b", /no_data: PyPI has no such names/],
  ["maven", "org.slf4j:slf4j-api", "mirror 2.0.17 2030-01-31 -"],
  ["maven", "org..x:y", /no_data: Maven has no such names/],
  ["golang", "github.com/BurntSushi/toml", "mirror v1.5.0 2030-01-01 -"],
  ["golang", "example.com/../x", /no_data: Go has no such names/],
  ["gem", "rails", /no_data: newest versions of gem cannot be asked for/],
];

for (const [ecosystem, name, expected] of cases) {
  test(`the newest ${ecosystem} ${name}`, async () => {
    const found = await ask({ ecosystem, name });
    if (typeof expected === "string") assert.equal(found, expected);
    else assert.match(found, expected);
  });
}

test("an answer is kept for as long as is asked, and offline for good", async () => {
  const express = { ecosystem: "npm", name: "express" };
  assert.match(await ask(express, { cacheFolder: folder }), /^mirror /);
  asked.splice(0);
  assert.match(await ask(express, { cacheFolder: folder }), /^cache 5\.1\.0/);
  assert.deepEqual(asked, []);
  const later = new Date("2030-03-01T00:00:00Z");
  assert.match(await ask(express, { cacheFolder: folder, now: later, isOffline: true }), /^cache /);
  assert.match(await ask(express, { cacheFolder: folder, now: later }), /^mirror /);
  const other = { ecosystem: "npm", name: "@types/node" };
  asked.splice(0);
  assert.match(await ask(other, { cacheFolder: folder, isOffline: true }), /no_data: PLIMSOLL_OFFLINE/);
  assert.deepEqual(asked, []);
});

test("a file is asked before a mirror, and without either there is no data", async () => {
  const bundle = readBundle('{"newest":{"npm":{"express":{"version":"9.0.0"}}}}', "bundle.json");
  assert.equal(await ask({ ecosystem: "npm", name: "express" }, { bundle, mirrors: {} }), "bundle 9.0.0 - -");
  const constructor = await ask({ ecosystem: "npm", name: "constructor" }, { bundle, mirrors: {} });
  assert.match(constructor, /no_data: no mirror of npm is known: PLIMSOLL_PACKAGE_MIRRORS=npm=ADDRESS/);
  for (const text of ["{", "[]", '{"newest":[]}'])
    assert.throws(() => readBundle(text, "bundle.json"), { code: "JSON_INVALID" });
});

test("a mirror that cannot be reached is no data", async () => {
  const found = await ask({ ecosystem: "npm", name: "express" }, { mirrors: { npm: "http://127.0.0.1:1/" } });
  assert.match(found, /^no_data: /);
});
