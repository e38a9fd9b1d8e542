import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { mayProxy, parseConnectRules, withConnectRules } from "./connect-rules.ts";
import { httpRequest } from "./http.ts";

const cases: readonly (readonly [
  allow: string,
  deny: string,
  host: string,
  address: string | null,
  decided: boolean | null,
])[] = [
  // deny alone
  ["", "10.0.0.0/8", "10.1.2.3", null, false],
  ["", "10.0.0.0/8", "11.1.2.3", null, true],
  ["", "10.0.0.0/8", "registry.example.com", null, null],
  ["", "10.0.0.0/8", "registry.example.com", "10.0.0.1", false],
  ["", "10.0.0.0/8", "registry.example.com", "192.0.2.1", true],
  ["", "10.0.0.0/8", "[::ffff:a01:203]", null, false],
  ["", "169.254.169.254", "[::ffff:169.254.169.254]", null, false],
  ["", "fd00::/8", "[fd12::1]", null, false],
  ["", "evil.example", "EVIL.example.", null, false],
  ["", "evil.example", "evil.example", "192.0.2.1", false],
  ["", "*.example.com", "a.b.example.com", "192.0.2.1", false],
  ["", "*.example.com", "example.com", "192.0.2.1", true],
  ["", "*.example.com", "badexample.com", "192.0.2.1", true],
  // allow alone
  ["registry.example.com", "", "registry.example.com", "10.0.0.1", true],
  ["registry.example.com", "", "registry.example.org", null, false],
  ["registry.example.com", "", "192.0.2.1", null, false],
  ["192.0.2.0/24", "", "registry.example.com", null, null],
  ["192.0.2.0/24", "", "registry.example.com", "192.0.2.9", true],
  ["192.0.2.0/24", "", "registry.example.com", "192.0.3.9", false],
  ["192.0.2.0/24", "", "[::1]", null, false],
  // both
  ["10.0.0.5", "10.0.0.0/8", "10.0.0.5", null, true],
  ["10.0.0.5", "10.0.0.0/8", "10.0.0.6", null, false],
  ["10.0.0.5", "10.0.0.0/8", "192.0.2.1", null, true],
  ["registry.internal", "10.0.0.0/8", "registry.internal", "10.0.0.6", true],
  ["registry.internal", "10.0.0.0/8", "other.internal", "10.0.0.6", false],
];
for (const [allow, deny, host, address, decided] of cases) {
  const title = `allow "${allow}", deny "${deny}": ${host} at ${address ?? "?"}`;
  test(`connect rules: ${title} is ${String(decided)}`, () => {
    const list = (words: string): string[] => words.split(",").filter((word) => word !== "");
    const rules = parseConnectRules({ allow: list(allow), deny: list(deny) });
    assert.equal(rules?.decide(host, address), decided);
  });
}

test("connect rules: none without words, and no wrong ones", () => {
  assert.equal(parseConnectRules({ allow: [], deny: [] }), null);
  for (const word of ["10.0.0.0/33", "1::2::3", "registry.example.com:5000", "a/8"])
    assert.throws(() => parseConnectRules({ allow: [], deny: [word] }), RangeError, word);
});

test("connect rules: a proxy gets only names whose addresses are open", async () => {
  const rules = parseConnectRules({ allow: [], deny: ["127.0.0.0/8", "::1"] })!;
  assert.equal(await mayProxy(rules, "localhost"), false);
  assert.equal(await mayProxy(rules, "192.0.2.1"), true);
  assert.equal(
    await mayProxy(parseConnectRules({ allow: ["localhost"], deny: ["::1"] })!, "localhost"),
    true,
  );
});

describe("connect rules: what is fetched", () => {
  let server: Server;
  let port: number;
  let asked = 0;
  before(async () => {
    server = createServer((request, response) => {
      asked += 1;
      const location = `http://localhost:${port}/end`;
      if (request.url === "/start") response.writeHead(302, { location }).end();
      else response.end("here");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const get = async (url: string, allow: string[], deny: string[]): Promise<number> => {
    const rules = parseConnectRules({ allow, deny });
    const answer = await withConnectRules(rules, async () => {
      // However deep: the rules are not handed down.
      await new Promise((resolve) => setImmediate(resolve));
      return httpRequest({ url });
    });
    await answer.discard();
    return answer.status;
  };
  const isRefused = { code: "HTTP_FAILED", message: /operator does not let/ };

  test("an address", async () => {
    asked = 0;
    const url = `http://127.0.0.1:${port}/`;
    await assert.rejects(get(url, [], ["127.0.0.0/8"]), isRefused);
    await assert.rejects(get(url, ["192.0.2.0/24"], []), isRefused);
    assert.equal(asked, 0);
    assert.equal(await get(url, [], ["192.0.2.0/24"]), 200);
    assert.equal(await get(url, ["127.0.0.1"], []), 200);
    assert.equal(asked, 2);
  });

  test("a name that leads to a closed address", async () => {
    asked = 0;
    const url = `http://localhost:${port}/`;
    await assert.rejects(get(url, [], ["127.0.0.0/8", "::1"]), isRefused);
    await assert.rejects(get(url, ["192.0.2.0/24"], []), isRefused);
    assert.equal(asked, 0);
    assert.equal(await get(url, [], ["::1"]), 200);
    assert.equal(await get(url, ["localhost"], ["127.0.0.0/8"]), 200);
  });

  test("a redirect to a closed name", async () => {
    const url = `http://127.0.0.1:${port}/start`;
    await assert.rejects(get(url, [], ["localhost"]), isRefused);
    assert.equal(await get(url, [], []), 200);
  });

  test("what is fetched elsewhere at the same time has no rules", async () => {
    const url = `http://127.0.0.1:${port}/`;
    const [held, free] = await Promise.allSettled([get(url, [], ["127.0.0.1"]), get(url, [], [])]);
    assert.equal(held.status, "rejected");
    assert.equal(free.status, "fulfilled");
  });
});
