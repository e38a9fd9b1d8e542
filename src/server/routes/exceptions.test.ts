import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { SEED_HOST, seedDigest } from "../../../test/helpers/seed-images.ts";
import { seedImages } from "../../../test/helpers/seed.ts";
import { startTestServer, type As, type TestServer } from "../../../test/helpers/server.ts";
import { inOrg } from "../../store/in-org.ts";
import { openvex } from "../../vex/openvex/index.ts";

const app = `${SEED_HOST}/acme/app`;
const digest = seedDigest("app");
const falsePositive = {
  kind: "false_positive",
  justification: "vulnerable_code_not_in_execute_path",
  vulnerability: "CVE-2026-1",
  reason: "The parser is never called",
};
const acceptedRisk = {
  kind: "accepted_risk",
  vulnerability: "CVE-2026-1",
  reason: "Fixed next week",
  expiresAt: "2026-12-01T00:00:00Z",
};

describe("exceptions", () => {
  let server: TestServer;

  before(async () => {
    server = await startTestServer();
    const { store } = server.parts;
    await seedImages(store, server.orgs.acme, [
      {
        repository: "acme/app",
        tag: "1",
        digest,
        packages: [
          {
            name: "express",
            version: "4.17.1",
            findings: [{ vulnerability: "CVE-2026-1", severity: "high", aliases: ["GHSA-2c4m-59x9-fr2g"] }],
          },
          { name: "qs", version: "6.0.0", findings: [{ vulnerability: "CVE-2026-2", severity: "low" }] },
        ],
      },
      {
        repository: "acme/other",
        tag: "1",
        packages: [
          { name: "qs", version: "6.0.0", findings: [{ vulnerability: "CVE-2026-2", severity: "low" }] },
        ],
      },
    ]);
    await seedImages(store, server.orgs.other, [
      {
        repository: "other/app",
        tag: "1",
        packages: [{ name: "private", findings: [{ vulnerability: "CVE-2026-3", severity: "critical" }] }],
      },
    ]);
  });
  after(() => server.close());

  const ask = (as: As, method: string, path: string, body?: unknown) =>
    server.request(as, method, `/orgs/acme/exceptions${path}`, body);
  const move = (as: As, id: string, verb: "approve" | "refuse" | "withdraw", note = "") =>
    ask(as, "POST", `/${id}/${verb}`, { note });

  async function request(as: As = "developer", body: object = falsePositive) {
    const { status, json } = await ask(as, "POST", "", body);
    assert.equal(status, 201, JSON.stringify(json));
    return json;
  }

  const seen = async (id: string, as: As = "viewer") => (await ask(as, "GET", `/${id}`)).json;
  const waitingEvaluations = async () => (await server.parts.queue.count()).evaluate.waiting;
  const eventsOf = async (id: string) =>
    (await server.request("viewer", "GET", "/orgs/acme/events?limit=200")).json.entries
      .filter(({ exceptionId }: { exceptionId: string | null }) => exceptionId === id)
      .map(({ kind, actor }: { kind: string; actor: string }) => [kind, actor]);

  it("is asked for by a developer and approved by somebody else; everybody concerned is told", async () => {
    const asked = await request();
    assert.deepEqual([asked.state, asked.requestedBy, asked.decidedBy], ["requested", "developer", null]);
    assert.deepEqual([asked.mayDecide, asked.mayWithdraw], [false, true]);
    const before = await waitingEvaluations();
    const { status, json } = await move("security", asked.id, "approve", "Looked at it");
    assert.deepEqual(
      [status, json.state, json.decidedBy, json.decisionNote],
      [200, "approved", "security", "Looked at it"],
    );
    assert.equal(await waitingEvaluations(), before + 1, "the image with the vulnerability is judged anew");
    assert.deepEqual(await eventsOf(asked.id), [
      ["exception.approved", "security"],
      ["exception.requested", "developer"],
    ]);
    const told = (await server.request("developer", "GET", "/orgs/acme/notices")).json.entries;
    assert.ok(
      told.some(
        ({ event }: { event: { kind: string; exceptionId: string } }) =>
          event.exceptionId === asked.id && event.kind === "exception.approved",
      ),
    );
    const audit = (await server.request("owner", "GET", "/orgs/acme/audit")).json.entries[0];
    assert.deepEqual(
      [audit.action, audit.actor, audit.before, audit.after],
      ["exception.approved", "security", { state: "requested" }, { state: "approved", note: "Looked at it" }],
    );
  });

  const scopes: [name: string, body: object, expected: object][] = [
    ["another spelling of the id", { vulnerability: "cve-2026-1" }, { vulnerability: "CVE-2026-1" }],
    ["an alias", { vulnerability: "ghsa-2C4M-59x9-fr2g" }, { vulnerability: "GHSA-2c4m-59x9-fr2g" }],
    [
      "a repository",
      { scope: { repository: app.toUpperCase() } },
      { scope: { repository: app, digest: null, purl: null } },
    ],
    ["an image", { scope: { digest } }, { scope: { repository: null, digest, purl: null } }],
    [
      "a package without version, in an image of a repository",
      { scope: { repository: app, digest, purl: "pkg:npm/express" } },
      { scope: { repository: app, digest, purl: "pkg:npm/express" } },
    ],
  ];
  for (const [name, body, expected] of scopes) {
    it(`may be asked for by ${name}`, async () => {
      const asked = await request("developer", { ...falsePositive, ...body });
      for (const [field, value] of Object.entries(expected)) assert.deepEqual(asked[field], value);
    });
  }

  const refused: [name: string, body: object, path: string][] = [
    ["a vulnerability that no image has", { vulnerability: "CVE-2026-4" }, "vulnerability"],
    ["a vulnerability that only another organisation has", { vulnerability: "CVE-2026-3" }, "vulnerability"],
    [
      "a repository that is not there",
      { scope: { repository: `${SEED_HOST}/acme/nope` } },
      "scope.repository",
    ],
    [
      "a repository of another organisation",
      { scope: { repository: `${SEED_HOST}/other/app` } },
      "scope.repository",
    ],
    [
      "a repository without the vulnerability",
      { scope: { repository: `${SEED_HOST}/acme/other` } },
      "scope.repository",
    ],
    ["an image that is not there", { scope: { digest: seedDigest("nope") } }, "scope.digest"],
    ["a package without it", { scope: { purl: "pkg:npm/qs" } }, "scope.purl"],
    ["another version of the package", { scope: { purl: "pkg:npm/express@4.17.2" } }, "scope.purl"],
    ["text that is no package URL", { scope: { purl: "express" } }, "scope.purl"],
    ["an end that has come", { expiresAt: "2026-11-22T12:00:00Z" }, "expiresAt"],
    ["an end that was yesterday", { expiresAt: "2026-11-21T12:00:00Z" }, "expiresAt"],
    [
      "an accepted risk for more than a year",
      { ...acceptedRisk, justification: undefined, expiresAt: "2027-11-23T12:00:01Z" },
      "expiresAt",
    ],
    [
      "an accepted risk without an end",
      { ...acceptedRisk, justification: undefined, expiresAt: undefined },
      "expiresAt",
    ],
    ["a false positive without a justification", { justification: undefined }, "justification"],
    ["no reason", { reason: "  " }, "reason"],
    ["a field that is not known", { state: "approved" }, ""],
  ];
  for (const [name, body, path] of refused) {
    it(`refuses ${name}`, async () => {
      const { status, json } = await ask("developer", "POST", "", { ...falsePositive, ...body });
      assert.deepEqual([status, json.code], [400, "REQUEST_INVALID"]);
      assert.equal(json.fields[0].path, path);
    });
  }

  it("an accepted risk ends within a year and a day", async () => {
    const asked = await request("developer", { ...acceptedRisk, expiresAt: "2027-11-23T12:00:00Z" });
    assert.deepEqual([asked.justification, asked.expiresAt], [null, "2027-11-23T12:00:00.000Z"]);
  });

  for (const as of ["owner", "token:owner"] as const) {
    it(`who asked does not decide, not even as owner, by ${as}`, async () => {
      const asked = await request("owner");
      assert.equal(asked.mayDecide, false);
      for (const verb of ["approve", "refuse"] as const) {
        const { status, json } = await move(as, asked.id, verb);
        assert.deepEqual([status, json.code], [403, "OWN_REQUEST"]);
      }
      assert.equal((await seen(asked.id)).state, "requested");
      assert.equal((await seen(asked.id, "security")).mayDecide, true);
    });
  }

  it("one asked for by a token of an account is not decided by its session", async () => {
    const asked = await request("token:security");
    assert.equal((await move("security", asked.id, "approve")).json.code, "OWN_REQUEST");
    assert.equal((await move("owner", asked.id, "approve")).status, 200);
  });

  it("the database refuses an own decision too", async () => {
    const asked = await request("owner");
    const decide = inOrg(server.parts.store, server.orgs.acme, (tx) =>
      tx
        .updateTable("exception")
        .set({
          state: "approved",
          decided_by: server.accounts.owner,
          decided_by_name: "owner",
          decided_at: new Date(),
        })
        .where("id", "=", asked.id)
        .execute(),
    );
    await assert.rejects(decide, { code: "23514" });
  });

  it("services and narrowed tokens neither ask nor decide", async () => {
    const asked = await request();
    for (const as of ["service:read", "service:analyse", "service:gate", "token:owner:read"] as const) {
      assert.equal((await ask(as, "POST", "", falsePositive)).json.code, "FORBIDDEN", as);
      assert.equal((await move(as, asked.id, "approve")).json.code, "FORBIDDEN", as);
    }
    const view = await seen(asked.id, "token:owner:read");
    assert.deepEqual([view.mayDecide, view.mayWithdraw], [false, false]);
  });

  it("of two who decide at the same time one wins, and the other is told", async () => {
    for (const verbs of [
      ["approve", "approve"],
      ["approve", "refuse"],
      ["refuse", "withdraw"],
    ] as const) {
      const asked = await request();
      const answers = await Promise.all([
        move("security", asked.id, verbs[0]),
        move("owner", asked.id, verbs[1]),
      ]);
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409], verbs.join());
      const winner = answers.find(({ status }) => status === 200);
      const { state, decidedBy } = await seen(asked.id);
      assert.deepEqual([state, decidedBy], [winner?.json.state, winner?.json.decidedBy]);
      assert.equal((await eventsOf(asked.id)).length, 2);
    }
  });

  const illegal: [
    from: string,
    verbs: ("approve" | "refuse" | "withdraw")[],
    then: ("approve" | "refuse" | "withdraw")[],
  ][] = [
    ["approved", ["approve"], ["approve", "refuse"]],
    ["refused", ["refuse"], ["approve", "refuse", "withdraw"]],
    ["withdrawn", ["withdraw"], ["approve", "refuse", "withdraw"]],
    ["withdrawn after approval", ["approve", "withdraw"], ["approve", "refuse", "withdraw"]],
  ];
  for (const [from, verbs, then] of illegal) {
    it(`what is ${from} cannot be ${then.join(", ")} any more`, async () => {
      const asked = await request();
      for (const verb of verbs) assert.equal((await move("security", asked.id, verb)).status, 200);
      const events = await eventsOf(asked.id);
      for (const verb of then)
        assert.equal((await move("owner", asked.id, verb)).json.code, "CONFLICT", verb);
      assert.deepEqual(await eventsOf(asked.id), events);
      const view = await seen(asked.id, "owner");
      assert.deepEqual([view.mayDecide, view.mayWithdraw], [false, from === "approved"]);
    });
  }

  it("who asked takes back an open request, but not an approval; others take back neither", async () => {
    const open = await request();
    assert.equal((await move("editor", open.id, "withdraw")).json.code, "FORBIDDEN");
    assert.equal((await seen(open.id, "editor")).mayWithdraw, false);
    assert.equal((await move("viewer", open.id, "withdraw")).json.code, "FORBIDDEN");
    assert.equal((await move("developer", open.id, "withdraw")).json.state, "withdrawn");
    const approved = await request();
    await move("security", approved.id, "approve");
    assert.equal((await move("developer", approved.id, "withdraw")).json.code, "FORBIDDEN");
    assert.equal((await seen(approved.id, "developer")).mayWithdraw, false);
  });

  it("withdrawing an approval judges its images anew, withdrawing a request does not", async () => {
    const jobs: unknown[] = [];
    const { withdraw, decide } = await import("../exception-decisions.ts");
    const queue = {
      send: (_tx: unknown, sent: readonly unknown[]) => (jobs.push(...sent), Promise.resolve([])),
    };
    const caller = {
      kind: "account",
      id: server.accounts.security,
      name: "security",
      displayName: "",
      isAdministrator: false,
      via: "session",
      session: null,
      scopes: [],
    } as const;
    const org = { id: server.orgs.acme, name: "acme", role: "security" } as const;
    const run = (work: typeof decide | typeof withdraw, id: string) =>
      inOrg(server.parts.store, org.id, async (tx) => {
        jobs.length = 0;
        const context = { tx, queue, orgId: org.id, caller, now: server.parts.clock() };
        if (work === decide) await decide(context, id, { state: "approved", note: "" });
        else await withdraw(context, id, { org, note: "" });
        return jobs.filter((job) => (job as { kind: string }).kind === "evaluate").length;
      });
    const approved = await request();
    assert.equal(await run(decide, approved.id), 1);
    assert.equal(await run(withdraw, approved.id), 1);
    const open = await request();
    assert.equal(await run(withdraw, open.id), 0);
  });

  it("at its end a request cannot be decided on, and an approval counts as expired", async () => {
    const [open, approved] = [
      await request("developer", acceptedRisk),
      await request("developer", acceptedRisk),
    ];
    await move("security", approved.id, "approve");
    const now = server.parts.clock();
    try {
      server.setNow(new Date("2026-12-01T00:00:00Z"));
      const { status, json } = await move("security", open.id, "approve");
      assert.deepEqual([status, json.code], [409, "CONFLICT"]);
      assert.match(json.detail, /expired/);
      for (const { id } of [open, approved]) {
        const view = await seen(id, "security");
        assert.deepEqual([view.state, view.mayDecide, view.mayWithdraw], ["expired", false, false]);
      }
    } finally {
      server.setNow(now);
    }
  });

  it("the list is newest first, in pages, by state and by vulnerability", async () => {
    const mine = [
      await request(),
      await request(),
      await request("developer", { ...falsePositive, vulnerability: "CVE-2026-2" }),
    ];
    const ids: string[] = [];
    let next: string | null = null;
    do {
      const page: { entries: { id: string }[]; next: string | null } = (
        await ask("viewer", "GET", `?limit=2${next === null ? "" : `&cursor=${next}`}`)
      ).json;
      ids.push(...page.entries.map(({ id }) => id));
      next = page.next;
    } while (next !== null);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(ids.slice(0, 3), mine.map(({ id }) => id).toReversed());
    const whole = (await ask("viewer", "GET", "?limit=200")).json.entries;
    assert.deepEqual(
      ids,
      whole.map(({ id }: { id: string }) => id),
    );
    const open = (await ask("viewer", "GET", "?state=requested&vulnerability=cve-2026-2")).json.entries;
    assert.deepEqual(
      open.map(({ id }: { id: string }) => id),
      [mine[2].id],
    );
    assert.equal((await ask("viewer", "GET", "?cursor=x")).json.code, "REQUEST_INVALID");
  });

  it("is exported as OpenVEX, one or all that are in force", async () => {
    const asked = await request("developer", {
      ...falsePositive,
      scope: { repository: app, purl: "pkg:npm/express" },
    });
    const path = `/openvex?id=${asked.id}`;
    assert.equal((await ask("viewer", "GET", path)).json.code, "NOT_FOUND", "a request is no statement");
    await move("security", asked.id, "approve");
    const { status, headers, json } = await ask("service:read", "GET", path);
    assert.equal(status, 200);
    assert.match(headers.get("content-disposition") ?? "", /attachment; filename="acme\.openvex\.json"/);
    const { statements, problems } = openvex.read(json, "export");
    assert.deepEqual(problems, []);
    assert.deepEqual(
      statements.map(({ vulnerabilities, status: of, justification, impactStatement }) => [
        vulnerabilities,
        of,
        justification,
        impactStatement,
      ]),
      [[["CVE-2026-1"], "not_affected", falsePositive.justification, falsePositive.reason]],
    );
    assert.deepEqual(statements[0]?.products[0]?.subcomponents, ["pkg:npm/express"]);
    const all = await ask("viewer", "GET", "/openvex");
    assert.ok(openvex.read(all.json, "export").statements.length >= 1);
    await move("owner", asked.id, "withdraw");
    assert.equal((await ask("viewer", "GET", path)).status, 404);
  });

  it("a second organisation sees and moves nothing of it by its id", async () => {
    const { id } = await request();
    const other = (method: string, path: string, body?: unknown) =>
      server.request("outsider", method, `/orgs/other/exceptions${path}`, body);
    assert.equal((await other("GET", `/${id}`)).status, 404);
    assert.equal((await other("GET", `/openvex?id=${id}`)).status, 404);
    assert.deepEqual((await other("GET", "")).json.entries, []);
    for (const verb of ["approve", "refuse", "withdraw"])
      assert.equal((await other("POST", `/${id}/${verb}`, {})).status, 404, verb);
    assert.equal((await seen(id)).state, "requested");
    assert.equal((await move("security", randomUUID(), "approve")).status, 404);
  });
});
