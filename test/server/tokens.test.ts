/** API tokens: what they may, when they end, and what is kept of them. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import { inOrg } from "../../src/store/in-org.ts";
import { startTestServer, testPassword, type Answer, type TestServer } from "../helpers/server.ts";

let server: TestServer;
const start = new Date("2026-11-22T12:00:00Z");
const days = (count: number): Date => new Date(start.getTime() + count * 86_400_000);
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

function withToken(token: string, path = "/session", method = "GET", body?: unknown): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}` };
  return server.request("anonymous", method, path, body, { headers });
}

async function make(as: Parameters<TestServer["request"]>[0], path: string, body: unknown): Promise<Answer> {
  const answer = await server.request(as, "POST", path, body);
  assert.equal(answer.status, 201, answer.text);
  return answer;
}

test("a token is told once, has a shape that scanners find, and is kept as a hash", async () => {
  const { json } = await make("viewer", "/tokens", { name: "laptop" });
  assert.match(json.token, /^plim_[A-Za-z0-9_-]{43}$/);
  assert.ok(json.token.startsWith(json.prefix));
  assert.equal((await withToken(json.token)).json.account.name, "viewer");
  const list = await server.request("viewer", "GET", "/tokens");
  assert.ok(!list.text.includes(json.token));
  const { rows } = await inOrg(
    server.parts.store,
    server.orgs.acme,
    (tx) =>
      sql<{ text: string }>`select string_agg(t::text, ' ') as text from token t
        union all select string_agg(a::text, ' ') from audit_entry a`.execute(tx),
    { accountId: server.accounts.viewer },
  );
  const stored = rows.map((row) => row.text).join(" ");
  assert.ok(stored.includes(json.prefix));
  assert.ok(!stored.includes(json.token.slice(9)));
});

test("a token ends on its day", async () => {
  const { json } = await make("viewer", "/tokens", { name: "short", expiresInDays: 1 });
  assert.equal((await withToken(json.token)).status, 200);
  server.setNow(days(1));
  try {
    const answer = await withToken(json.token);
    assert.equal(answer.status, 401);
    assert.equal(answer.json.code, "TOKEN_INVALID");
  } finally {
    server.setNow(start);
  }
});

test("a revoked token ends at once, and only its owner revokes it", async () => {
  const { json } = await make("viewer", "/tokens", { name: "lost" });
  const path = `/tokens/${json.id}`;
  assert.equal((await server.request("owner", "DELETE", path)).status, 404);
  assert.equal((await server.request("owner", "DELETE", `/orgs/acme/tokens/${json.id}`)).status, 404);
  assert.equal((await withToken(json.token)).status, 200);
  assert.equal((await server.request("viewer", "DELETE", path)).status, 204);
  assert.equal((await withToken(json.token)).json.code, "TOKEN_INVALID");
  assert.equal((await server.request("viewer", "DELETE", path)).status, 404);
  const { json: list } = await server.request("viewer", "GET", "/tokens");
  assert.ok(!list.tokens.some((token: { id: string }) => token.id === json.id));
});

test("a personal token is never wider than its account is now", async () => {
  const { json } = await make("editor", "/tokens", { name: "wide", scopes: ["analyse"] });
  await server.request("owner", "POST", "/orgs/acme/members", { name: "administrator", role: "owner" });
  const { json: full } = await make("administrator", "/tokens", { name: "full" });
  assert.equal((await withToken(full.token, "/orgs/acme/members")).status, 200);
  const demote = { role: "viewer" };
  const path = `/orgs/acme/members/${server.accounts.administrator}`;
  assert.equal((await server.request("owner", "PATCH", path, demote)).status, 200);
  assert.equal((await withToken(full.token, "/orgs/acme/members")).status, 403);
  assert.equal((await server.request("owner", "DELETE", path)).status, 204);
  assert.equal((await withToken(full.token, "/orgs/acme/members")).status, 404);
  assert.equal((await withToken(json.token, "/tokens", "POST", { name: "wider" })).status, 403);
});

test("a token of an organisation has scopes, and reaches no other organisation", async () => {
  const none = await server.request("owner", "POST", "/orgs/acme/tokens", { name: "ci" });
  assert.equal(none.json.code, "REQUEST_INVALID");
  const { json } = await make("owner", "/orgs/acme/tokens", { name: "ci", scopes: ["read", "read"] });
  assert.deepEqual(json.scopes, ["read"]);
  assert.equal((await withToken(json.token)).json.code, "FORBIDDEN");
  assert.equal((await withToken(json.token, "/orgs/acme/members")).json.code, "FORBIDDEN");
  assert.equal((await withToken(json.token, "/orgs/other/members")).status, 404);
  assert.equal((await server.request("owner", "DELETE", `/orgs/acme/tokens/${json.id}`)).status, 204);
  assert.equal((await withToken(json.token, "/orgs/acme/members")).json.code, "TOKEN_INVALID");
});

test("use is noted at most once a minute", async () => {
  const { json } = await make("viewer", "/tokens", { name: "used" });
  const usedAt = async (): Promise<string | null> => {
    const { json: list } = await server.request("viewer", "GET", "/tokens");
    return list.tokens.find((token: { id: string }) => token.id === json.id).usedAt;
  };
  assert.equal(await usedAt(), null);
  for (const [seconds, expected] of [
    [0, 0],
    [59, 0],
    [60, 60],
  ] as const) {
    server.setNow(new Date(start.getTime() + seconds * 1000));
    await withToken(json.token);
    assert.equal(await usedAt(), new Date(start.getTime() + expected * 1000).toISOString());
  }
  server.setNow(start);
});

const wrong: readonly (readonly [name: string, authorization: string])[] = [
  ["an unknown token", `Bearer plim_${"A".repeat(43)}`],
  ["something that is no token", "Bearer hunter2"],
  ["another scheme", "Basic dmlld2VyOnB3"],
  ["nothing", "Bearer "],
];
for (const [name, authorization] of wrong) {
  test(`${name} is refused, also where nobody need sign in`, async () => {
    for (const path of ["/session", "/health"]) {
      const answer = await server.request("viewer", "GET", path, undefined, { headers: { authorization } });
      assert.equal(answer.status, 401);
      assert.equal(answer.json.code, "TOKEN_INVALID");
    }
  });
}

test("a password is turned into a token for this machine", async () => {
  const body = { name: "viewer", password: testPassword, tokenName: "plimsoll login on ada" };
  const { json } = await make("anonymous", "/tokens/by-password", body);
  assert.equal((await withToken(json.token)).json.account.name, "viewer");
  const refused = await server.request("anonymous", "POST", "/tokens/by-password", {
    ...body,
    password: "x",
  });
  assert.equal(refused.json.code, "SIGN_IN_FAILED");
});

test("changes by a token need no CSRF token", async () => {
  const { json } = await make("viewer", "/tokens", { name: "changes" });
  assert.equal((await withToken(json.token, "/tokens", "POST", { name: "made" })).status, 201);
});

test("an account has at most a hundred tokens", async () => {
  let answer = await server.request("security", "POST", "/tokens", { name: "many" });
  for (let count = 1; count < 100; count += 1) {
    assert.equal(answer.status, 201);
    answer = await server.request("security", "POST", "/tokens", { name: "many" });
  }
  assert.equal((await server.request("security", "POST", "/tokens", { name: "many" })).json.code, "CONFLICT");
});

test("who was removed from the last organisation reaches none, and still ends the own tokens", async () => {
  const { json } = await make("editor", "/tokens", { name: "leaked" });
  assert.equal((await withToken(json.token, "/orgs/acme/images")).status, 200);
  const { accounts } = server;
  const removed = await server.request("owner", "DELETE", `/orgs/acme/members/${accounts.editor}`);
  assert.equal(removed.status, 204);
  assert.equal((await withToken(json.token, "/orgs/acme/images")).status, 404);
  assert.equal((await server.request("editor", "GET", "/orgs/acme/images")).status, 404);
  const list = await server.request("editor", "GET", "/tokens");
  assert.ok(list.json.tokens.some(({ id }: { id: string }) => id === json.id));
  assert.equal((await server.request("editor", "DELETE", `/tokens/${json.id}`)).status, 204);
  assert.equal((await withToken(json.token)).status, 401);
});
