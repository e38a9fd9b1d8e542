/** Signing in at a real OpenID provider: who gets in, with which roles, and what is not taken. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { startOidcIssuer, type OidcIssuer } from "../../../test/helpers/oidc-issuer.ts";
import { startTestServer, type Answer, type As, type TestServer } from "../../../test/helpers/server.ts";

const CALLBACK = "http://127.0.0.1:7300/api/v1/sign-in/company/callback";
let issuer: OidcIssuer;
let server: TestServer;
before(async () => {
  [issuer, server] = await Promise.all([startOidcIssuer(CALLBACK), startTestServer()]);
});
after(async () => {
  await Promise.all([issuer.close(), server.close()]);
});

function ask(as: As, method: string, path: string, body?: unknown, cookie?: string): Promise<Answer> {
  const headers = cookie === undefined ? {} : { cookie };
  return server.request(as, method, path, body, { headers });
}

function described(more: object = {}): object {
  const { url, clientId, clientSecret } = issuer;
  const settings = { issuer: url, clientId, scopes: ["profile", "groups"] };
  return { kind: "oidc", label: "Company", settings, secret: clientSecret, ...more };
}

async function configure(more: object = {}): Promise<void> {
  const answer = await ask("administrator", "PUT", "/sign-in-providers/company", described(more));
  assert.equal(answer.status, 200, answer.text);
}

async function mapGroups(roles: Readonly<Record<string, string>>): Promise<void> {
  const list = Object.entries(roles).map(([group, role]) => ({ provider: "company", group, role }));
  const answer = await ask("owner", "PUT", "/orgs/acme/group-roles", { roles: list });
  assert.equal(answer.status, 200, answer.text);
}

/** The cookies that an answer sets, as the browser sends them back; those that it ends are left out. */
function cookiesOf(answer: Answer): string {
  const pairs = answer.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
  return pairs.filter((pair) => !pair.endsWith("=")).join("; ");
}

async function begin(next = "/", cookie?: string): Promise<{ url: string; cookie: string }> {
  const answer = await ask("anonymous", "POST", "/sign-in/company/begin", { next }, cookie);
  assert.equal(answer.status, 200, answer.text);
  return { url: answer.json.url, cookie: cookiesOf(answer) };
}

const comeBack = (returned: URL, cookie: string): Promise<Answer> =>
  ask("anonymous", "GET", returned.pathname.replace("/api/v1", "") + returned.search, undefined, cookie);

/** The whole way. */
async function signIn(subject: string, next = "/", brought?: string): Promise<Answer> {
  const { url, cookie } = await begin(next, brought);
  return comeBack(await issuer.authorize(url, subject), cookie);
}

async function sessionOf(answer: Answer): Promise<Answer["json"]> {
  assert.equal(answer.headers.get("location"), "http://127.0.0.1:7300/", answer.text);
  return (await ask("anonymous", "GET", "/session", undefined, cookiesOf(answer))).json;
}

function assertSentBack(answer: Answer, code: string): void {
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.get("location"), `http://127.0.0.1:7300/login?problem=${code}`);
  assert.ok(!cookiesOf(answer).includes("plimsoll_session"));
}

async function auditOf(
  as: As,
  path: string,
): Promise<readonly { action: string; target: string; after: never }[]> {
  return (await ask(as, "GET", path)).json.entries;
}

describe("sign-in by a provider", () => {
  beforeEach(async () => {
    issuer.people.clear();
    await configure();
    await mapGroups({});
  });

  describe("providers", () => {
    test("are shown on the sign-in page, without anything of their settings", async () => {
      const shown = await ask("anonymous", "GET", "/sign-in");
      assert.deepEqual(shown.json, {
        providers: [{ name: "company", label: "Company", asksPassword: false }],
      });
      await configure({ enabled: false });
      assert.deepEqual((await ask("anonymous", "GET", "/sign-in")).json, { providers: [] });
      const refused = await ask("anonymous", "POST", "/sign-in/company/begin", {});
      assert.equal(refused.json.code, "NOT_FOUND");
    });

    test("never tell their secret, and keep it when it is left out", async () => {
      await configure({ secret: undefined });
      const { json, text } = await ask("administrator", "GET", "/sign-in-providers");
      assert.ok(!text.includes(issuer.clientSecret));
      assert.deepEqual([json.providers[0].hasSecret, json.providers[0].callbackUrl], [true, CALLBACK]);
      const log = await ask("administrator", "GET", "/audit");
      assert.ok(log.text.includes("sign-in-provider.changed") && !log.text.includes(issuer.clientSecret));
    });

    for (const [what, settings] of [
      ["plain http to another machine", { issuer: "http://id.example.com", clientId: "x" }],
      ["a password in the address", { issuer: "https://a:b@id.example.com", clientId: "x" }],
      ["a setting nobody knows", { issuer: "https://id.example.com", clientId: "x", trustAll: true }],
    ] as const) {
      test(`are refused with ${what}`, async () => {
        const answer = await ask("administrator", "PUT", "/sign-in-providers/other", described({ settings }));
        assert.equal(answer.json.code, "REQUEST_INVALID");
      });
    }
  });

  describe("a sign-in", () => {
    test("gives an account and the strongest role of the groups, and goes where the person wanted", async () => {
      await mapGroups({ devs: "developer", readers: "viewer" });
      issuer.people.set("u-1", { name: "Ada", displayName: "Ada L.", groups: ["readers", "devs", "others"] });
      const answer = await signIn("u-1", "/o/acme/images?q=x");
      assert.equal(answer.status, 303);
      assert.equal(answer.headers.get("location"), "http://127.0.0.1:7300/o/acme/images?q=x");
      const session = await ask("anonymous", "GET", "/session", undefined, cookiesOf(answer));
      assert.deepEqual([session.json.account.name, session.json.account.displayName], ["ada", "Ada L."]);
      assert.deepEqual(session.json.organisations, [{ name: "acme", role: "developer" }]);
      const password = await ask("anonymous", "POST", "/session", { name: "ada", password: "" });
      assert.equal(password.json.code, "SIGN_IN_FAILED");
      const [added] = await auditOf("owner", "/orgs/acme/audit");
      assert.deepEqual([added?.action, added?.target], ["member.added", "ada"]);
      const installed = (await auditOf("administrator", "/audit")).map(({ action }) => action);
      assert.deepEqual(installed.slice(0, 2), ["session.started", "account.created"]);
    });

    test("leads nowhere else than to the dashboard", async () => {
      await mapGroups({ devs: "developer" });
      issuer.people.set("u-1", { name: "ada", groups: ["devs"] });
      for (const next of [
        "//evil.example.com/",
        "/\\evil.example.com",
        "https://evil.example.com/",
        "/a\r\nx: y",
      ]) {
        const answer = await signIn("u-1", next);
        assert.equal(answer.headers.get("location"), "http://127.0.0.1:7300/", next);
      }
    });

    test("changes and ends the memberships that groups gave, and no others", async () => {
      await mapGroups({ devs: "developer", leads: "editor" });
      issuer.people.set("u-2", { name: "grace", groups: ["devs"] });
      const role = async (): Promise<string> => (await sessionOf(await signIn("u-2"))).organisations[0]?.role;
      assert.equal(await role(), "developer");
      issuer.people.set("u-2", { name: "grace", groups: ["leads"] });
      assert.equal(await role(), "editor");
      issuer.people.set("u-2", { name: "grace", groups: [] });
      assertSentBack(await signIn("u-2"), "SIGN_IN_REFUSED");
      const members = await ask("owner", "GET", "/orgs/acme/members");
      assert.ok(!members.text.includes("grace"));
      // Now a person lets her in, which groups do not take back.
      await ask("owner", "POST", "/orgs/acme/members", { name: "grace", role: "security" });
      assert.equal(await role(), "security");
      issuer.people.set("u-2", { name: "grace", groups: ["devs"] });
      assert.equal(await role(), "security");
    });

    test("does not take the last owner away", async () => {
      issuer.people.set("u-3", { name: "alan", groups: ["chiefs"] });
      await mapGroups({ chiefs: "owner" });
      await signIn("u-3");
      const owner = (await ask("owner", "GET", "/orgs/acme/members")).json.members.find(
        ({ name }: { name: string }) => name === "owner",
      );
      const remove = await ask("owner", "PATCH", `/orgs/acme/members/${owner.accountId}`, { role: "viewer" });
      assert.equal(remove.status, 200, remove.text);
      issuer.people.set("u-3", { name: "alan", groups: [] });
      const answer = await signIn("u-3");
      const { organisations } = await sessionOf(answer);
      assert.deepEqual(organisations, [{ name: "acme", role: "owner" }]);
      const { csrfToken } = await sessionOf(answer);
      const headers = { cookie: cookiesOf(answer), "x-plimsoll-csrf": csrfToken };
      const back = await server.request(
        "anonymous",
        "PATCH",
        `/orgs/acme/members/${owner.accountId}`,
        { role: "owner" },
        { headers },
      );
      assert.equal(back.status, 200, back.text);
    });

    test("ends the session that the browser had when it began", async () => {
      await mapGroups({ devs: "developer" });
      issuer.people.set("u-1", { name: "ada", groups: ["devs"] });
      const first = cookiesOf(await signIn("u-1"));
      const second = cookiesOf(await signIn("u-1", "/", first));
      const status = async (cookie: string): Promise<number> =>
        (await ask("anonymous", "GET", "/session", undefined, cookie)).status;
      assert.deepEqual([await status(first), await status(second)], [401, 200]);
    });

    test("makes and unmakes administrators where groups say so", async () => {
      await configure({ administratorGroups: ["ops"] });
      issuer.people.set("u-4", { name: "linus", groups: ["ops"] });
      assert.equal((await sessionOf(await signIn("u-4"))).account.isAdministrator, true);
      issuer.people.set("u-4", { name: "linus", groups: [] });
      assertSentBack(await signIn("u-4"), "SIGN_IN_REFUSED");
      issuer.people.set("u-4", { name: "linus", groups: ["devs"] });
      await mapGroups({ devs: "viewer" });
      assert.equal((await sessionOf(await signIn("u-4"))).account.isAdministrator, false);
    });

    test("ends with the provider", async () => {
      await mapGroups({ devs: "developer" });
      issuer.people.set("u-1", { name: "ada", groups: ["devs"] });
      const cookie = cookiesOf(await signIn("u-1"));
      await configure({ enabled: false });
      assert.equal((await ask("anonymous", "GET", "/session", undefined, cookie)).status, 401);
    });
  });

  describe("nobody gets in", () => {
    test("whose groups have no role, whose name cannot be one, or whose account is another's", async () => {
      issuer.people.set("u-5", { name: "mallory", groups: ["strangers"] });
      assertSentBack(await signIn("u-5"), "SIGN_IN_REFUSED");
      await mapGroups({ devs: "developer" });
      for (const name of ["mal lory", "Ölaf", "", "administrator", "viewer"]) {
        issuer.people.set("u-5", { name, groups: ["devs"] });
        assertSentBack(await signIn("u-5"), "SIGN_IN_REFUSED");
      }
      const failed = (await auditOf("administrator", "/audit"))[0];
      assert.deepEqual([failed?.action, failed?.target], ["sign-in.failed", "company"]);
    });

    test("to an account that is there, unless the provider may name it, and never to an administrator's", async () => {
      await configure({ linksAccounts: true });
      issuer.people.set("u-6", { name: "viewer", groups: [] });
      assert.equal((await sessionOf(await signIn("u-6"))).account.id, server.accounts.viewer);
      issuer.people.set("u-7", { name: "viewer", groups: [] });
      assertSentBack(await signIn("u-7"), "SIGN_IN_REFUSED");
      issuer.people.set("u-8", { name: "administrator", groups: [] });
      assertSentBack(await signIn("u-8"), "SIGN_IN_REFUSED");
    });

    test("with another browser's answer, a changed state, or an answer that was used", async () => {
      await mapGroups({ devs: "developer" });
      issuer.people.set("u-1", { name: "ada", groups: ["devs"] });
      const [mine, theirs] = [await begin(), await begin()];
      const returned = await issuer.authorize(mine.url, "u-1");
      assertSentBack(await comeBack(returned, theirs.cookie), "SIGN_IN_UNPROVED");
      assertSentBack(await comeBack(returned, ""), "SIGN_IN_EXPIRED");
      const forged = new URL(returned);
      forged.searchParams.set("state", "x".repeat(43));
      assertSentBack(await comeBack(forged, mine.cookie), "SIGN_IN_UNPROVED");
      assert.equal((await comeBack(returned, mine.cookie)).headers.get("location"), "http://127.0.0.1:7300/");
      assertSentBack(await comeBack(returned, mine.cookie), "SIGN_IN_UNPROVED");
    });

    test("with a code of the provider for somebody else's nonce or verifier", async () => {
      await mapGroups({ devs: "developer" });
      issuer.people.set("u-1", { name: "ada", groups: ["devs"] });
      const [mine, theirs] = [await begin(), await begin()];
      const returned = await issuer.authorize(theirs.url, "u-1");
      returned.searchParams.set("state", new URL(mine.url).searchParams.get("state") ?? "");
      assertSentBack(await comeBack(returned, mine.cookie), "SIGN_IN_UNPROVED");
    });

    test("when the time is over, or with a cookie that was not made here", async () => {
      issuer.people.set("u-1", { name: "ada", groups: [] });
      const { url, cookie } = await begin();
      const returned = await issuer.authorize(url, "u-1");
      const start = server.parts.clock();
      server.setNow(new Date(start.getTime() + 10 * 60_000));
      assertSentBack(await comeBack(returned, cookie), "SIGN_IN_EXPIRED");
      server.setNow(start);
      assertSentBack(await comeBack(returned, `plimsoll_sign_in=${"A".repeat(200)}`), "SIGN_IN_EXPIRED");
    });

    test("when the person declined at the provider", async () => {
      const { url, cookie } = await begin();
      const returned = new URL(CALLBACK);
      returned.search = new URLSearchParams({
        error: "access_denied",
        state: new URL(url).searchParams.get("state") ?? "",
        iss: issuer.url,
      }).toString();
      assertSentBack(await comeBack(returned, cookie), "SIGN_IN_UNPROVED");
      const [failed] = await auditOf("administrator", "/audit");
      assert.match(JSON.stringify(failed), /access_denied/);
    });

    test("after too many answers that proved nothing, which the audit log says once", async () => {
      const address = "198.51.100.9";
      const attempt = async (): Promise<string> => {
        const { cookie } = await begin();
        const init = { headers: { cookie }, address };
        const answer = await server.request(
          "anonymous",
          "GET",
          "/sign-in/company/callback?code=x&state=y",
          undefined,
          init,
        );
        return new URL(answer.headers.get("location") ?? "").searchParams.get("problem") ?? "";
      };
      const codes = new Set<string>();
      for (let count = 0; count < 50; count += 1) codes.add(await attempt());
      assert.deepEqual([...codes], ["SIGN_IN_UNPROVED"]);
      assert.deepEqual([await attempt(), await attempt()], ["RATE_LIMITED", "RATE_LIMITED"]);
      const locked = (await auditOf("administrator", "/audit?limit=200")).filter(
        ({ action }) => action === "sign-in.locked-out",
      );
      assert.deepEqual(
        locked.map(({ target }) => target),
        [address],
      );
    });

    test("when the provider is gone, or is not who it says", async () => {
      const settings = { issuer: "http://127.0.0.1:1", clientId: "x" };
      await configure({ settings });
      const gone = await ask("anonymous", "POST", "/sign-in/company/begin", {});
      assert.deepEqual([gone.status, gone.json.code], [502, "SIGN_IN_PROVIDER_FAILED"]);
      await configure({ settings: { issuer: issuer.url.replace("127.0.0.1", "localhost"), clientId: "x" } });
      const other = await ask("anonymous", "POST", "/sign-in/company/begin", {});
      assert.equal(other.json.code, "SIGN_IN_PROVIDER_FAILED");
    });
  });

  test("removing a provider ends sessions and tokens of those who have no other way in", async () => {
    await mapGroups({ devs: "developer" });
    issuer.people.set("u-9", { name: "edsger", groups: ["devs"] });
    const answer = await signIn("u-9");
    const { csrfToken } = await sessionOf(answer);
    const headers = { cookie: cookiesOf(answer), "x-plimsoll-csrf": csrfToken };
    const made = await server.request("anonymous", "POST", "/tokens", { name: "t" }, { headers });
    const byToken = async (): Promise<number> => {
      const init = { headers: { authorization: `Bearer ${made.json.token}` } };
      return (await server.request("anonymous", "GET", "/session", undefined, init)).status;
    };
    assert.equal(await byToken(), 200);
    assert.equal((await ask("administrator", "DELETE", "/sign-in-providers/company")).status, 204);
    assert.equal(await byToken(), 401);
    assert.equal((await ask("anonymous", "GET", "/session", undefined, cookiesOf(answer))).status, 401);
    assert.deepEqual((await ask("owner", "GET", "/orgs/acme/group-roles")).json, { roles: [] });
  });
});
