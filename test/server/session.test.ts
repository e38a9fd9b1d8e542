/** Signing in and out: the cookie, its rotation and end, and what proves that a change comes from the dashboard. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { startTestServer, testPassword, type Answer, type TestServer } from "../helpers/server.ts";

let server: TestServer;
const start = new Date("2026-11-22T12:00:00Z");
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

const hours = (count: number): Date => new Date(start.getTime() + count * 3_600_000);

/** `plimsoll_session=…` of an answer. */
function cookieOf(answer: Answer): string {
  return (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

function signIn(
  name: string,
  password = testPassword,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return server.request("anonymous", "POST", "/session", { name, password }, { headers });
}

function withCookie(cookie: string, method = "GET", path = "/session"): Promise<Answer> {
  return server.request("anonymous", method, path, undefined, { headers: { cookie } });
}

test("signing in gives a cookie that scripts and other sites do not get", async () => {
  const answer = await signIn("viewer");
  assert.equal(answer.status, 200);
  assert.equal(answer.json.account.name, "viewer");
  assert.deepEqual(answer.json.organisations, [{ name: "acme", role: "viewer" }]);
  assert.match(
    answer.headers.get("set-cookie") ?? "",
    /^plimsoll_session=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax$/,
  );
  assert.equal((await withCookie(cookieOf(answer))).json.account.name, "viewer");
});

test("over https the cookie is of this host alone and never sent in clear", async () => {
  const secure = await startTestServer({ publicUrl: "https://plimsoll.example.com" });
  try {
    const answer = await secure.request("anonymous", "POST", "/session", {
      name: "viewer",
      password: testPassword,
    });
    assert.match(
      answer.headers.get("set-cookie") ?? "",
      /^__Host-plimsoll_session=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure$/,
    );
    const cookie = cookieOf(answer);
    const ask = (brought: string): Promise<Answer> =>
      secure.request("anonymous", "GET", "/session", undefined, { headers: { cookie: brought } });
    assert.equal((await ask(cookie)).json.account.name, "viewer");
    // A neighbouring host, or somebody on the way, can plant the plain name.
    assert.equal((await ask(cookie.replace("__Host-", ""))).status, 401);
    const headers = { cookie, "x-plimsoll-csrf": answer.json.csrfToken };
    const out = await secure.request("anonymous", "POST", "/session/sign-out", undefined, { headers });
    assert.match(
      out.headers.get("set-cookie") ?? "",
      /^__Host-plimsoll_session=; Path=\/; Max-Age=0; .*Secure$/,
    );
    assert.equal((await ask(cookie)).status, 401);
  } finally {
    await secure.close();
  }
});

test("the database holds no id of a session, only hashes", async () => {
  const id = cookieOf(await signIn("viewer")).split("=")[1] ?? "";
  const { rows } = await sql<{ found: boolean }>`
    select exists (select from session s where s::text like ${`%${id}%`}
      or s::text like ${`%${Buffer.from(id).toString("hex")}%`}) as found`.execute(server.parts.store.app);
  assert.equal(rows[0]?.found, false);
});

test("an id that was planted before the sign-in is worth nothing after it", async () => {
  const planted = cookieOf(await signIn("developer"));
  const answer = await signIn("viewer", testPassword, { cookie: planted });
  assert.notEqual(cookieOf(answer), planted);
  assert.equal((await withCookie(planted)).status, 401);
  const invented = `plimsoll_session=${"A".repeat(43)}`;
  const second = await signIn("viewer", testPassword, { cookie: invented });
  assert.notEqual(cookieOf(second), invented);
  assert.equal((await withCookie(invented)).status, 401);
});

test("two cookies of the name are none", async () => {
  const cookie = cookieOf(await signIn("viewer"));
  assert.equal((await withCookie(`${cookie}; plimsoll_session=x`)).status, 401);
});

test("signing out ends the session on the server and in the browser", async () => {
  const answer = await signIn("viewer");
  const cookie = cookieOf(answer);
  const headers = { cookie, "x-plimsoll-csrf": answer.json.csrfToken };
  const out = await server.request("anonymous", "POST", "/session/sign-out", undefined, { headers });
  assert.equal(out.status, 204);
  assert.match(out.headers.get("set-cookie") ?? "", /^plimsoll_session=; Path=\/; Max-Age=0/);
  assert.equal((await withCookie(cookie)).status, 401);
});

describe("a session ends", () => {
  after(() => server.setNow(start));

  test("twelve hours after it was last used", async () => {
    server.setNow(start);
    const cookie = cookieOf(await signIn("viewer"));
    for (const at of [11, 22, 33]) {
      server.setNow(hours(at));
      assert.equal((await withCookie(cookie)).status, 200);
    }
    server.setNow(hours(45.1));
    assert.equal((await withCookie(cookie)).status, 401);
  });

  test("seven days after it began, however much it is used", async () => {
    server.setNow(start);
    const cookie = cookieOf(await signIn("viewer"));
    for (let at = 10; at < 7 * 24; at += 10) {
      server.setNow(hours(at));
      assert.equal((await withCookie(cookie)).status, 200, `after ${at} hours`);
    }
    server.setNow(hours(7 * 24 + 0.1));
    assert.equal((await withCookie(cookie)).status, 401);
  });

  test("when the account is disabled", async () => {
    server.setNow(start);
    const cookie = cookieOf(await signIn("viewer"));
    const token = (await server.credentials("token:viewer"))["authorization"] ?? "";
    await setDisabled("viewer", true);
    try {
      assert.equal((await withCookie(cookie)).status, 401);
      assert.equal((await signIn("viewer")).json.code, "SIGN_IN_FAILED");
      const answer = await server.request("anonymous", "GET", "/session", undefined, {
        headers: { authorization: token },
      });
      assert.equal(answer.json.code, "TOKEN_INVALID");
    } finally {
      await setDisabled("viewer", false);
    }
  });

  test("when there are twenty newer ones of the account", async () => {
    server.setNow(start);
    const oldest = cookieOf(await signIn("security"));
    let newest = oldest;
    for (let round = 1; round <= 20; round += 1) {
      server.setNow(new Date(start.getTime() + round * 1000));
      newest = cookieOf(await signIn("security"));
    }
    assert.equal((await withCookie(oldest)).status, 401);
    assert.equal((await withCookie(newest)).status, 200);
  });
});

test("a changed password ends all other sessions, and the old one does not sign in", async () => {
  const other = cookieOf(await signIn("editor"));
  const own = await signIn("editor");
  const headers = { cookie: cookieOf(own), "x-plimsoll-csrf": own.json.csrfToken };
  const change = (current: string, next: string): Promise<Answer> =>
    server.request("anonymous", "PUT", "/session/password", { current, next }, { headers });
  const next = "an entirely new password";
  assert.equal((await change("not the password", next)).json.code, "SIGN_IN_FAILED");
  assert.equal((await change(testPassword, "short")).json.code, "REQUEST_INVALID");
  assert.equal((await change(testPassword, next)).status, 204);
  assert.equal((await withCookie(other)).status, 401);
  assert.equal((await withCookie(cookieOf(own))).status, 200);
  assert.equal((await signIn("editor")).status, 401);
  assert.equal((await signIn("editor", next)).status, 200);
});

describe("the tokens of an account whose password changes", () => {
  const tokenWorks = async (headers: Record<string, string>): Promise<boolean> =>
    (await server.request("anonymous", "GET", "/session", undefined, { headers })).status === 200;

  test("go on working, for a pipeline has nobody who signs in again", async () => {
    const token = await server.credentials("token:developer");
    const body = { current: testPassword, next: "a second password" };
    assert.equal((await server.request("developer", "PUT", "/session/password", body)).status, 204);
    assert.equal(await tokenWorks(token), true);
  });

  test("are revoked where that is chosen, and nobody else's", async () => {
    const own = await server.credentials("token:developer");
    const others = [await server.credentials("token:viewer"), await server.credentials("service:read")];
    const made = await server.request("developer", "POST", "/tokens", { name: "second" });
    const second = { authorization: `Bearer ${made.json.token}` };
    const body = { current: "a second password", next: "a third password", revokeTokens: true };
    assert.equal((await server.request("developer", "PUT", "/session/password", body)).status, 204);
    for (const headers of [own, second]) assert.equal(await tokenWorks(headers), false);
    assert.equal(await tokenWorks(others[0]!), true);
    const images = await server.request("anonymous", "GET", "/orgs/acme/images", undefined, {
      headers: others[1]!,
    });
    assert.equal(images.status, 200);
    const entries = await server.parts.store.app
      .selectFrom("audit_entry")
      .selectAll()
      .where("action", "=", "password.changed")
      .where("target", "=", "developer")
      .orderBy("id")
      .execute();
    assert.deepEqual(
      entries.map(({ after }) => after),
      [{ revokedTokens: 0 }, { revokedTokens: 2 }],
    );
  });
});

describe("a change by a session's cookie", () => {
  const change = (headers: Record<string, string>): Promise<Answer> =>
    server.request("viewer", "POST", "/tokens", { name: "made" }, { headers });

  test("is made with the session's token", async () => {
    assert.equal((await change({})).status, 201);
  });

  const forged: readonly (readonly [name: string, headers: Record<string, string>])[] = [
    ["without the token", { "x-plimsoll-csrf": "" }],
    ["with another token", { "x-plimsoll-csrf": "A".repeat(43) }],
    ["from another site, by the browser's word", { "sec-fetch-site": "cross-site" }],
    ["from a neighbouring site, by the browser's word", { "sec-fetch-site": "same-site" }],
    ["from another origin", { origin: "https://evil.example" }],
    ["from a page without an origin", { origin: "null" }],
    ["from another port of the same host", { origin: "http://127.0.0.1:7301" }],
  ];
  for (const [name, headers] of forged) {
    test(`is refused ${name}`, async () => {
      const answer = await change(headers);
      assert.equal(answer.status, 403);
      assert.equal(answer.json.code, "CSRF_INVALID");
    });
  }

  test("is refused with the token of another session of the same account", async () => {
    const answer = await signIn("viewer");
    assert.equal((await change({ "x-plimsoll-csrf": answer.json.csrfToken })).json.code, "CSRF_INVALID");
  });

  test("is made from the dashboard's own pages", async () => {
    const own = { "sec-fetch-site": "same-origin", origin: "http://127.0.0.1:7300" };
    assert.equal((await change(own)).status, 201);
  });
});

test("nobody can be signed in by a form of another site", async () => {
  const body = { name: "viewer", password: testPassword };
  const ask = (headers: Record<string, string>): Promise<Answer> =>
    server.request("anonymous", "POST", "/session", body, { headers });
  assert.equal((await ask({ "sec-fetch-site": "cross-site" })).json.code, "CSRF_INVALID");
  assert.equal((await ask({ origin: "https://evil.example" })).json.code, "CSRF_INVALID");
  assert.equal((await ask({ "content-type": "text/plain" })).json.code, "REQUEST_INVALID");
});

async function setDisabled(name: string, isDisabled: boolean): Promise<void> {
  await server.parts.store.app
    .updateTable("account")
    .set({ disabled_at: isDisabled ? start : null })
    .where("name", "=", name)
    .execute();
}
