/** Teams, whose things are, and findings that are given to somebody. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { seedImages } from "../../../test/helpers/seed.ts";
import { startTestServer, type Answer, type As, type TestServer } from "../../../test/helpers/server.ts";
import { asEngine, inOrg } from "../../store/in-org.ts";

let server: TestServer;
let images: readonly string[];
let repositoryId: string;
const nobody = "00000000-0000-4000-8000-000000000000";

before(async () => {
  server = await startTestServer();
  const finding = { vulnerability: "CVE-2026-1", severity: "high" } as const;
  const shared = { name: "left-pad", findings: [finding] };
  const own = { name: "right-pad", findings: [{ vulnerability: "CVE-2026-2", severity: "low" } as const] };
  const made = await seedImages(server.parts.store, server.orgs.acme, [
    { repository: "acme/one", tag: "1", packages: [shared] },
    { repository: "acme/two", tag: "1", packages: [shared, own] },
  ]);
  images = made.map(({ id }) => id);
  const { entries } = (await ask("viewer", "GET", "/repositories")).json;
  repositoryId = entries[0].id;
});
after(() => server.close());

function ask(as: As, method: string, path: string, body?: unknown): Promise<Answer> {
  return server.request(as, method, `/orgs/acme${path}`, body);
}
async function team(name: string): Promise<string> {
  const made = await ask("owner", "POST", "/teams", { name });
  assert.equal(made.status, 201, made.text);
  return made.json.id;
}
const lastAudit = async (): Promise<Answer["json"]> => (await ask("owner", "GET", "/audit")).json.entries[0];

describe("a team", () => {
  test("is made once, filled with members of the organisation, listed and deleted", async () => {
    const id = await team("payments");
    assert.equal((await ask("owner", "POST", "/teams", { name: "payments" })).json.code, "CONFLICT");
    const { developer, editor, outsider } = server.accounts;
    const filled = await ask("owner", "PUT", `/teams/${id}/members`, { accounts: [editor, developer] });
    assert.deepEqual(
      filled.json.members.map(({ name }: { name: string }) => name),
      ["developer", "editor"],
    );
    assert.deepEqual((await lastAudit()).after, ["developer", "editor"]);
    const wrong = await ask("owner", "PUT", `/teams/${id}/members`, { accounts: [outsider] });
    assert.deepEqual([wrong.status, wrong.json.fields[0].path], [400, "accounts"]);
    const { teams } = (await ask("viewer", "GET", "/teams")).json;
    assert.equal(teams[0].members.length, 2, "who was in it is in it still");
    assert.equal((await ask("owner", "DELETE", `/teams/${id}`)).status, 204);
    assert.equal((await ask("owner", "DELETE", `/teams/${id}`)).status, 404);
    assert.deepEqual((await ask("viewer", "GET", "/teams")).json.teams, []);
  });

  test("loses who leaves the organisation, and so does what was theirs", async () => {
    const id = await team("leavers");
    const accountId = server.accounts.viewer;
    await ask("owner", "PUT", `/teams/${id}/members`, { accounts: [accountId] });
    await ask("editor", "PUT", `/repositories/${repositoryId}/owner`, { accountId, teamId: id });
    const { store } = server.parts;
    await inOrg(store, server.orgs.acme, async (tx) => {
      await tx.deleteFrom("member").where("account_id", "=", accountId).execute();
      await tx
        .insertInto("member")
        .values({ org_id: server.orgs.acme, account_id: accountId, role: "viewer" })
        .execute();
    });
    const [left] = (await ask("viewer", "GET", "/teams")).json.teams;
    assert.deepEqual([left.members, left.repositoryCount], [[], 1]);
    const owner = (await ask("viewer", "GET", `/repositories/${repositoryId}/owner`)).json;
    assert.deepEqual([owner.account, owner.team], [null, "leavers"]);
    await ask("owner", "DELETE", `/teams/${id}`);
    const none = (await ask("viewer", "GET", `/repositories/${repositoryId}/owner`)).json;
    assert.deepEqual([none.team, none.from], [null, null]);
  });
});

describe("an owner", () => {
  test("of a repository is its images', unless they have their own", async () => {
    const id = await team("platform");
    const of = async (): Promise<unknown[]> => {
      const { json } = await ask("viewer", "GET", `/images/${images[0]}/owner`);
      return [json.account, json.team, json.from];
    };
    assert.deepEqual(await of(), [null, null, null]);
    await ask("editor", "PUT", `/repositories/${repositoryId}/owner`, { accountId: null, teamId: id });
    assert.deepEqual(await of(), [null, "platform", "repository"]);
    const own = { accountId: server.accounts.developer, teamId: null };
    assert.equal((await ask("editor", "PUT", `/images/${images[0]}/owner`, own)).status, 200);
    assert.deepEqual(await of(), ["developer", null, "image"]);
    const { action, before, after: now } = await lastAudit();
    assert.deepEqual([action, before, now], ["image.owner-changed", { accountId: null, teamId: null }, own]);
  });

  test("is somebody of the organisation, of something that it has", async () => {
    const path = `/images/${images[0]}/owner`;
    const stranger = { accountId: server.accounts.outsider, teamId: null };
    assert.equal((await ask("editor", "PUT", path, stranger)).json.fields[0].path, "accountId");
    const noTeam = { accountId: null, teamId: nobody };
    assert.equal((await ask("editor", "PUT", path, noTeam)).json.fields[0].path, "teamId");
    const none = { accountId: null, teamId: null };
    for (const kind of ["images", "repositories"]) {
      assert.equal((await ask("editor", "PUT", `/${kind}/${nobody}/owner`, none)).status, 404);
      assert.equal((await ask("viewer", "GET", `/${kind}/${nobody}/owner`)).status, 404);
    }
  });
});

describe("findings", () => {
  const list = async (query = ""): Promise<Answer["json"][]> => {
    const answer = await ask("viewer", "GET", `/findings${query}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.json.entries;
  };

  test("are listed once for a package, with the images that hold it and since when", async () => {
    const [first, second, ...more] = await list();
    assert.deepEqual(more, []);
    assert.deepEqual(
      [first, second].map(({ vulnerability, imageCount, account }) => [vulnerability, imageCount, account]),
      [
        ["CVE-2026-1", 2, null],
        ["CVE-2026-2", 1, null],
      ],
    );
    // What was found before the organisation had the package is not older than the package here.
    await asEngine(server.parts.store, async (tx) => {
      await tx
        .updateTable("finding")
        .set({ found_at: new Date("2020-01-01T00:00:00Z") })
        .execute();
      await tx
        .updateTable("image")
        .set({ first_seen_at: new Date("2026-03-01T00:00:00Z") })
        .execute();
    });
    assert.equal((await list())[0].firstSeenAt, "2026-03-01T00:00:00.000Z");
    await asEngine(server.parts.store, (tx) =>
      tx
        .updateTable("finding")
        .set({ found_at: new Date("2026-04-01T00:00:00Z") })
        .execute(),
    );
    assert.equal((await list())[0].firstSeenAt, "2026-04-01T00:00:00.000Z");
    const paged = (await ask("viewer", "GET", "/findings?limit=1")).json;
    assert.equal((await list(`?limit=1&cursor=${paged.next}`))[0].vulnerability, "CVE-2026-2");
  });

  test("are given to somebody, many at once, and taken back", async () => {
    const all = (await list()).map(({ vulnerability, purl }) => ({ vulnerability, purl }));
    const unknown = { vulnerability: "CVE-2026-9", purl: all[0]!.purl };
    const accountId = server.accounts.developer;
    const given = await ask("developer", "POST", "/findings/assign", {
      findings: [...all, unknown],
      accountId,
      teamId: null,
    });
    assert.deepEqual([given.status, given.json.findingCount], [200, 2]);
    assert.equal((await lastAudit()).action, "finding.assigned");
    assert.deepEqual(
      [(await list(`?account=${accountId}`)).length, (await list("?assigned=false")).length],
      [2, 0],
    );
    await ask("developer", "POST", "/findings/assign", { findings: [all[0]], accountId: null, teamId: null });
    assert.deepEqual(
      (await list("?assigned=true")).map(({ vulnerability, account }) => [vulnerability, account]),
      [["CVE-2026-2", "developer"]],
    );
    assert.deepEqual((await list("?severity=low&vulnerability=CVE-2026-2")).length, 1);
    assert.deepEqual(await list(`?team=${nobody}`), []);
  });

  test("of another organisation are not theirs to give or to see", async () => {
    const [finding] = (await list()).map(({ vulnerability, purl }) => ({ vulnerability, purl }));
    const body = { findings: [finding], accountId: server.accounts.outsider, teamId: null };
    const given = await server.request("outsider", "POST", "/orgs/other/findings/assign", body);
    assert.deepEqual([given.status, given.json.findingCount], [200, 0]);
    assert.deepEqual((await server.request("outsider", "GET", "/orgs/other/findings")).json.entries, []);
  });
});
