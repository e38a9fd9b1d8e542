/** Organisations and their members: the first account, invitations, roles, and an owner who is always left. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { ensureOwnerToken } from "../../src/server/auth/owner-token.ts";
import { inOrg } from "../../src/store/in-org.ts";
import { voidInvitations } from "../../src/store/stores/invitations.ts";
import { deleteMember, lockMembers } from "../../src/store/stores/members.ts";
import { startTestServer, testPassword, type Answer, type TestServer } from "../helpers/server.ts";

const password = "a password of the invited";

describe("the first run", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
    await server.parts.store.app.deleteFrom("account").execute();
  });
  after(() => server.close());

  const redeem = (body: object): Promise<Answer> =>
    server.request("anonymous", "POST", "/session/redeem", { password, ...body });
  const newToken = async (org: string | null = null): Promise<string> =>
    (await ensureOwnerToken(server.parts.store, server.parts.clock, org)) ??
    assert.fail("there is an account");

  test("a new start makes a new token, and the one before is void", async () => {
    assert.deepEqual((await server.request("anonymous", "GET", "/setup")).json, {
      needsOwner: true,
      version: "0.0.0-test",
    });
    const first = await newToken(server.orgs.acme);
    const second = await newToken();
    const third = await newToken();
    for (const token of [first, second]) {
      assert.equal((await redeem({ token, name: "ada" })).json.code, "TOKEN_INVALID");
    }
    assert.equal((await redeem({ token: third })).json.fields[0].path, "name");
    server.setNow(new Date("2026-11-30T12:00:00Z"));
    assert.equal((await redeem({ token: third, name: "ada" })).json.code, "TOKEN_INVALID");
    server.setNow(new Date("2026-11-22T12:00:00Z"));
  });

  test("whoever redeems it is the administrator, owns the organisation that was there, and nobody redeems it again", async () => {
    const token = await newToken(server.orgs.acme);
    const [one, two] = await Promise.all([
      redeem({ token, name: "ada", displayName: "Ada Lovelace" }),
      redeem({ token, name: "bob" }),
    ]);
    const [won, lost] = one.status === 200 ? [one, two] : [two, one];
    assert.equal(won.status, 200, won.text);
    assert.equal(lost.json.code, "TOKEN_INVALID");
    assert.equal(won.json.account.isAdministrator, true);
    assert.deepEqual(won.json.organisations, [{ name: "acme", role: "owner" }]);
    assert.match(won.headers.get("set-cookie") ?? "", /^plimsoll_session=/);
    assert.equal((await redeem({ token, name: "eve" })).json.code, "TOKEN_INVALID");
    assert.equal(await ensureOwnerToken(server.parts.store, server.parts.clock, null), null);
    assert.equal((await server.request("anonymous", "GET", "/setup")).json.needsOwner, false);
    const again = { name: won.json.account.name, password };
    assert.equal((await server.request("anonymous", "POST", "/session", again)).status, 200);
  });
});

describe("an organisation", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  const patch = (as: "owner" | "administrator", name: keyof TestServer["accounts"], role: string) =>
    server.request(as, "PATCH", `/orgs/acme/members/${server.accounts[name]}`, { role });
  const remove = (as: "owner" | "administrator", name: keyof TestServer["accounts"]) =>
    server.request(as, "DELETE", `/orgs/acme/members/${server.accounts[name]}`);
  const auditOf = async (org: string): Promise<string[]> => {
    const { json } = await server.request("administrator", "GET", `/orgs/${org}/audit`);
    return json.entries.map((entry: { action: string; target: string }) => `${entry.action} ${entry.target}`);
  };

  test("is made by an administrator, who owns it, with its first policies", async () => {
    const made = await server.request("administrator", "POST", "/orgs", { name: "third" });
    assert.equal(made.status, 201);
    assert.equal(made.json.role, "owner");
    assert.equal((await server.request("administrator", "POST", "/orgs", { name: "third" })).status, 409);
    assert.equal((await server.request("administrator", "POST", "/orgs", { name: "Third!" })).status, 400);
    const { rows } = await inOrg(server.parts.store, await idOf("third"), async (tx) => ({
      rows: await tx.selectFrom("policy").selectAll().execute(),
    }));
    assert.equal(rows.length, 7);
    assert.deepEqual(await auditOf("third"), ["organisation.created third"]);
  });

  test("has an owner: the last one is neither removed nor demoted", async () => {
    assert.equal((await patch("owner", "owner", "viewer")).json.code, "CONFLICT");
    assert.equal((await remove("owner", "owner")).json.code, "CONFLICT");
    assert.equal((await patch("owner", "owner", "owner")).status, 200);
    assert.equal((await patch("owner", "security", "owner")).json.role, "owner");
    assert.equal((await patch("owner", "security", "security")).status, 200);
  });

  test("has an owner also when two remove each other at once", async () => {
    const body = { name: "administrator", role: "owner" };
    assert.equal((await server.request("owner", "POST", "/orgs/acme/members", body)).status, 201);
    const late = await inOrg(server.parts.store, server.orgs.acme, async (tx) => {
      await lockMembers(tx, server.orgs.acme);
      const answer = remove("owner", "administrator");
      await untilWaiting(answer);
      await deleteMember(tx, server.orgs.acme, server.accounts.owner);
      return { answer };
    });
    assert.equal((await late.answer).json.code, "CONFLICT");
    const added = { name: "owner", role: "owner" };
    assert.equal((await server.request("administrator", "POST", "/orgs/acme/members", added)).status, 201);
  });

  test("an account that exists becomes a member at once", async () => {
    const body = { name: "outsider", role: "viewer" };
    const added = await server.request("owner", "POST", "/orgs/acme/members", body);
    assert.equal(added.json.member.role, "viewer");
    assert.equal(added.json.link, null);
    assert.equal((await server.request("owner", "POST", "/orgs/acme/members", body)).json.code, "CONFLICT");
    const { json } = await server.request("outsider", "GET", "/session");
    assert.deepEqual(
      json.organisations.map((own: { name: string }) => own.name),
      ["acme", "other"],
    );
    assert.equal((await remove("owner", "outsider")).status, 204);
    assert.equal((await remove("owner", "outsider")).status, 404);
    const audit = await auditOf("acme");
    assert.ok(audit.includes("member.added outsider"));
    assert.ok(audit.includes("member.removed outsider"));
  });

  test("somebody without an account comes in by a link, once", async () => {
    const invite = (role: string): Promise<Answer> =>
      server.request("owner", "POST", "/orgs/acme/members", { name: "grace", role });
    const first = (await invite("viewer")).json.link.split("#")[1];
    const token = (await invite("developer")).json.link.split("#")[1];
    const redeem = (body: object): Promise<Answer> =>
      server.request("anonymous", "POST", "/session/redeem", { password, ...body });
    assert.equal((await redeem({ token: first })).json.code, "TOKEN_INVALID");
    assert.equal((await redeem({ token, name: "eve" })).json.code, "REQUEST_INVALID");
    assert.equal((await redeem({ token, password: "short" })).json.code, "REQUEST_INVALID");
    const redeemed = await redeem({ token, displayName: "Grace Hopper" });
    assert.equal(redeemed.json.account.name, "grace");
    assert.equal(redeemed.json.account.isAdministrator, false);
    assert.deepEqual(redeemed.json.organisations, [{ name: "acme", role: "developer" }]);
    assert.equal((await redeem({ token })).json.code, "TOKEN_INVALID");
    const { json } = await server.request("owner", "GET", "/orgs/acme/members");
    assert.ok(json.members.some((member: { displayName: string }) => member.displayName === "Grace Hopper"));
  });

  test("a link can be withdrawn, and ends after a week", async () => {
    const invite = (name: string): Promise<Answer> =>
      server.request("owner", "POST", "/orgs/acme/members", { name, role: "viewer" });
    const redeem = (link: string): Promise<Answer> =>
      server.request("anonymous", "POST", "/session/redeem", { password, token: link.split("#")[1] });
    const withdrawn = (await invite("alan")).json.link;
    const old = (await invite("kurt")).json.link;
    const { json } = await server.request("owner", "GET", "/orgs/acme/invitations");
    const { id } = json.invitations.find((row: { accountName: string }) => row.accountName === "alan");
    assert.equal((await server.request("owner", "DELETE", `/orgs/acme/invitations/${id}`)).status, 204);
    assert.equal((await redeem(withdrawn)).json.code, "TOKEN_INVALID");
    server.setNow(new Date("2026-11-29T12:00:00Z"));
    assert.equal((await redeem(old)).json.code, "TOKEN_INVALID");
    assert.deepEqual((await server.request("owner", "GET", "/orgs/acme/invitations")).json.invitations, []);
    server.setNow(new Date("2026-11-22T12:00:00Z"));
  });

  test("a link that is withdrawn while it is redeemed makes nobody a member", async () => {
    const { json } = await server.request("owner", "POST", "/orgs/acme/members", {
      name: "emmy",
      role: "owner",
    });
    const late = await inOrg(server.parts.store, server.orgs.acme, async (tx) => {
      await voidInvitations(tx, server.orgs.acme, "emmy");
      const token = json.link.split("#")[1];
      const answer = server.request("anonymous", "POST", "/session/redeem", { token, password });
      await untilWaiting(answer);
      return { answer };
    });
    assert.equal((await late.answer).json.code, "TOKEN_INVALID");
    const signIn = { name: "emmy", password };
    assert.equal((await server.request("anonymous", "POST", "/session", signIn)).status, 401);
  });

  for (const { title, end } of [
    { title: "is demoted", end: () => patch("owner", "security", "editor") },
    { title: "is removed", end: () => remove("owner", "security") },
  ]) {
    test(`a link is void once its maker ${title}, and stays so`, async () => {
      await server.request("owner", "POST", "/orgs/acme/members", { name: "security", role: "owner" });
      assert.equal((await patch("owner", "security", "owner")).status, 200);
      const body = { name: "rosalind", role: "owner" };
      const { json } = await server.request("security", "POST", "/orgs/acme/members", body);
      await server.request("owner", "POST", "/orgs/acme/members", { name: "kept", role: "viewer" });
      assert.ok((await end()).status < 300);
      const token = json.link.split("#")[1];
      const redeem = (body: object): Promise<Answer> =>
        server.request("anonymous", "POST", "/session/redeem", { token, password, ...body });
      assert.equal((await redeem({})).json.code, "TOKEN_INVALID");
      // Nor is it told whom the link was for.
      assert.equal((await redeem({ name: "eve" })).json.code, "TOKEN_INVALID");
      assert.ok((await auditOf("acme")).includes("invitation.withdrawn rosalind"));
      const left = (await server.request("owner", "GET", "/orgs/acme/invitations")).json.invitations;
      const names = left.map((row: { accountName: string }) => row.accountName);
      assert.ok(names.includes("kept") && !names.includes("rosalind"), names.join());
      await server.request("owner", "POST", "/orgs/acme/members", { name: "security", role: "owner" });
      assert.equal((await patch("owner", "security", "owner")).status, 200);
      assert.equal((await redeem({})).json.code, "TOKEN_INVALID");
      assert.equal((await patch("owner", "security", "security")).status, 200);
    });
  }

  test("a link that was made while its maker lost the role, or of a disabled account, is void", async () => {
    const { app } = server.parts.store;
    const body = { name: "hedy", role: "viewer" };
    const { json } = await server.request("owner", "POST", "/orgs/acme/members", body);
    const redeem = (name?: string): Promise<Answer> =>
      server.request("anonymous", "POST", "/session/redeem", {
        token: json.link.split("#")[1],
        password,
        ...(name === undefined ? {} : { name }),
      });
    const makeBy = (accountId: string) =>
      inOrg(server.parts.store, server.orgs.acme, (tx) =>
        tx
          .updateTable("invitation")
          .set({ created_by: accountId })
          .where("account_name", "=", "hedy")
          .execute(),
      );
    for (const name of ["editor", "outsider"] as const) {
      await makeBy(server.accounts[name]);
      for (const answer of [await redeem(), await redeem("eve")]) {
        assert.equal(answer.json.code, "TOKEN_INVALID", name);
      }
    }
    await makeBy(server.accounts.owner);
    const { owner } = server.accounts;
    await app.updateTable("account").set({ disabled_at: new Date() }).where("id", "=", owner).execute();
    assert.equal((await redeem()).json.code, "TOKEN_INVALID");
    await app.updateTable("account").set({ disabled_at: null }).where("id", "=", owner).execute();
    assert.equal((await redeem()).status, 200);
  });

  test("who is invited twice signs in to join the second organisation", async () => {
    const invite = async (as: "owner" | "outsider", org: string): Promise<string> => {
      const body = { name: "linus", role: "viewer" };
      const { json } = await server.request(as, "POST", `/orgs/${org}/members`, body);
      return json.link.split("#")[1];
    };
    const [first, second] = [await invite("owner", "acme"), await invite("outsider", "other")];
    const redeem = (token: string, chosen: string): Promise<Answer> =>
      server.request("anonymous", "POST", "/session/redeem", { token, password: chosen });
    assert.equal((await redeem(first, password)).status, 200);
    assert.equal((await redeem(second, "some other password")).json.code, "SIGN_IN_FAILED");
    const joined = await redeem(second, password);
    assert.deepEqual(
      joined.json.organisations.map((own: { name: string }) => own.name),
      ["acme", "other"],
    );
  });

  test("its audit log is read in pages, newest first, and by a cursor of its own only", async () => {
    for (const role of ["editor", "security", "owner", "security"]) await patch("owner", "security", role);
    const whole = await server.request("owner", "GET", "/orgs/acme/audit?limit=200");
    const ids: number[] = [];
    let next: string | null = "";
    while (next !== null) {
      const { json }: Answer = await server.request(
        "owner",
        "GET",
        `/orgs/acme/audit?limit=3${next === "" ? "" : `&cursor=${next}`}`,
      );
      ids.push(...json.entries.map((entry: { id: number }) => entry.id));
      next = json.next;
    }
    assert.deepEqual(
      ids,
      whole.json.entries.map((entry: { id: number }) => entry.id),
    );
    assert.deepEqual(
      ids,
      ids.toSorted((left, right) => right - left),
    );
    const entry = whole.json.entries[0];
    assert.deepEqual(
      [entry.actor, entry.action, entry.target, entry.before, entry.after],
      ["owner", "member.role-changed", "security", { role: "owner" }, { role: "security" }],
    );
    const bad = await server.request("owner", "GET", "/orgs/acme/audit?cursor=bm9uc2Vuc2U");
    assert.equal(bad.json.code, "REQUEST_INVALID");
  });

  test("no password and no token is in the audit log", async () => {
    const { text } = await server.request("owner", "GET", "/orgs/acme/audit?limit=200");
    for (const secret of [password, testPassword, "plinv_", "scrypt"])
      assert.ok(!text.includes(secret), secret);
  });

  /** Until the answer waits for a row that another transaction holds, or is there because it does not wait. */
  async function untilWaiting(answer: Promise<unknown>): Promise<void> {
    const ended = new AbortController();
    void answer.finally(() => ended.abort());
    for (let isWaiting = false; !isWaiting && !ended.signal.aborted;) {
      const { rows } = await sql<{ waiting: boolean }>`
        select exists (select from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock') as waiting`.execute(
        server.parts.store.app,
      );
      isWaiting = rows[0]?.waiting === true;
    }
  }

  async function idOf(name: string): Promise<string> {
    const row = await server.parts.store.app
      .selectFrom("organisation")
      .select("id")
      .where("name", "=", name)
      .executeTakeFirstOrThrow();
    return row.id;
  }
});
