/** How often a sign-in may fail: no guessing, and nobody kept out of their own account by a stranger. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { createApp } from "../../src/server/app.ts";
import { allRoutes } from "../../src/server/routes/all.ts";
import { startTestServer, testPassword, type Answer, type TestServer } from "../helpers/server.ts";

let server: TestServer;
const start = new Date("2026-11-22T12:00:00Z");
const later = (minutes: number): Date => new Date(start.getTime() + minutes * 60_000);
before(async () => {
  server = await startTestServer();
});
after(() => server.close());
describe("limits of signing in", () => {
  beforeEach(async () => {
    server.setNow(start);
    await server.parts.store.app.deleteFrom("sign_in_attempt").execute();
  });

  interface Try {
    readonly name?: string;
    readonly password?: string;
    readonly address?: string;
  }

  function signIn({ name = "owner", password = "wrong", address = "192.0.2.1" }: Try): Promise<Answer> {
    return server.request("anonymous", "POST", "/session", { name, password }, { address });
  }

  async function failTimes(count: number, each: (at: number) => Try): Promise<void> {
    for (let at = 0; at < count; at += 1) {
      const answer = await signIn(each(at));
      assert.equal(answer.json.code, "SIGN_IN_FAILED", `attempt ${at + 1}`);
    }
  }

  test("after five failures from one address the right password waits too, until the window is over", async () => {
    server.setNow(later(1));
    await failTimes(5, () => ({}));
    const answer = await signIn({ password: testPassword });
    assert.equal(answer.status, 429);
    assert.equal(answer.json.code, "RATE_LIMITED");
    assert.equal(answer.headers.get("retry-after"), "240");
    server.setNow(later(5));
    assert.equal((await signIn({ password: testPassword })).status, 200);
  });

  test("other ways to try a password count the same", async () => {
    await failTimes(3, () => ({}));
    const body = { name: "owner", password: "wrong", tokenName: "x" };
    for (let round = 0; round < 2; round += 1) {
      assert.equal((await server.request("anonymous", "POST", "/tokens/by-password", body)).status, 401);
    }
    assert.equal((await server.request("anonymous", "POST", "/tokens/by-password", body)).status, 429);
    assert.equal((await signIn({ password: testPassword })).status, 429);
  });

  test("many tries at the same moment count as many", async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => signIn({})));
    const statuses = answers.map(({ status }) => status).toSorted();
    assert.deepEqual(statuses, [...Array(5).fill(401), ...Array(7).fill(429)]);
  });

  test("right passwords are not counted", async () => {
    for (let round = 0; round < 60; round += 1) {
      assert.equal((await signIn({ password: testPassword })).status, 200);
    }
  });

  test("names that nobody has are counted like others", async () => {
    await failTimes(5, () => ({ name: "nobody" }));
    assert.equal((await signIn({ name: "nobody" })).status, 429);
  });

  test("one address may fail fifty times, at whatever names", async () => {
    await failTimes(50, (at) => ({ name: `name${at}` }));
    assert.equal((await signIn({ name: "another" })).status, 429);
    assert.equal((await signIn({ name: "another", address: "192.0.2.2" })).status, 401);
  });

  test("the addresses of one IPv6 network are one", async () => {
    await failTimes(5, (at) => ({ address: `2001:db8:0:1::${at + 1}` }));
    assert.equal((await signIn({ address: "2001:db8::1:ffff:0:0:1" })).status, 429);
    assert.equal((await signIn({ address: "2001:db8:0:2::1" })).status, 401);
  });

  test("an attacker with many addresses is stopped, and the owner of the account is not", async () => {
    const home = "198.51.100.7";
    assert.equal((await signIn({ password: testPassword, address: home })).status, 200);
    const attacker = (at: number): string => `203.0.113.${at + 1}`;
    await failTimes(50, (at) => ({ address: attacker(Math.floor(at / 5)) }));
    assert.equal((await signIn({ address: attacker(20) })).status, 429);
    assert.equal((await signIn({ password: testPassword, address: attacker(20) })).status, 429);
    assert.equal((await signIn({ password: testPassword, address: home })).status, 200);
  });

  test("an address that somebody signed in from is known for thirty days, to that account", async () => {
    const home = "198.51.100.7";
    const day = 24 * 60;
    assert.equal((await signIn({ password: testPassword, address: home })).status, 200);
    for (const [minutes, status] of [
      [29 * day, 200],
      [60 * day, 429],
    ] as const) {
      server.setNow(later(minutes));
      await failTimes(50, (at) => ({ address: `203.0.113.${at + 1}` }));
      assert.equal((await signIn({ password: testPassword, address: home })).status, status);
    }
  });

  test("all servers of a database count together", async () => {
    const second = createApp(server.parts, allRoutes, { webDir: null, log: () => {} });
    await failTimes(3, () => ({}));
    for (const expected of [401, 401, 429]) {
      const answer = await second.request(
        `${server.parts.publicUrl}/api/v1/session`,
        {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ name: "owner", password: "wrong" }),
        },
        { incoming: { socket: { remoteAddress: "192.0.2.1" } } },
      );
      assert.equal(answer.status, expected);
    }
  });

  test("what was typed as a name is not kept", async () => {
    await failTimes(1, () => ({ name: "hunter2hunter2" }));
    const rows = await server.parts.store.app.selectFrom("sign_in_attempt").selectAll().execute();
    assert.equal(rows.length, 3);
    assert.ok(!JSON.stringify(rows).includes("hunter2"));
  });

  test("old counts are forgotten", async () => {
    await failTimes(1, () => ({}));
    server.setNow(later(25 * 60));
    await failTimes(1, () => ({}));
    const rows = await server.parts.store.app.selectFrom("sign_in_attempt").select("window_start").execute();
    assert.deepEqual(
      rows.map((row) => row.window_start),
      [later(25 * 60), later(25 * 60), later(25 * 60)],
    );
  });
});
