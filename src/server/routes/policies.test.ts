import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { SEED_HOST } from "../../../test/helpers/seed-images.ts";
import { seedImages } from "../../../test/helpers/seed.ts";
import { startTestServer, type As, type TestServer } from "../../../test/helpers/server.ts";
import { policyTypes } from "../../policies/policy-types.ts";
import { inOrg } from "../../store/in-org.ts";

const allowed = ["registry.example.com/acme/dhi-*"];
const approvedBase = {
  type: "approved-base-images",
  title: "Approved DHI base images",
  config: { allowed_base_images: allowed },
};

describe("policies", () => {
  let server: TestServer;

  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  const ask = (as: As, method: string, path: string, body?: unknown) =>
    server.request(as, method, `/orgs/acme${path}`, body);

  async function make(body: object = approvedBase) {
    const { status, json } = await ask("security", "POST", "/policies", body);
    assert.equal(status, 201);
    return json;
  }

  function inAcme<T>(work: Parameters<typeof inOrg<T>>[2]): Promise<T> {
    return inOrg(server.parts.store, server.orgs.acme, work);
  }

  async function evaluationsQueued(): Promise<string[]> {
    const client = await server.parts.queue.count();
    return Array.from({ length: client.evaluate.waiting }, String);
  }

  it("types come with the schema and the defaults of their options", async () => {
    const { json } = await ask("viewer", "GET", "/policy-types");
    assert.deepEqual(
      json.types.map(({ id }: { id: string }) => id),
      policyTypes.filter(({ needsProgram }) => needsProgram !== true).map(({ id }) => id),
    );
    const type = json.types.find(({ id }: { id: string }) => id === "approved-base-images");
    assert.equal(type.schema.properties.allowed_base_images.type, "array");
    assert.deepEqual(type.defaults.allowed_base_images, ["*"]);
  });

  it("an organisation begins with the built-in ones, the heaviest first", async () => {
    const { json } = await server.request("outsider", "GET", "/orgs/other/policies");
    assert.equal(json.policies.length, 7);
    const weights = json.policies.map(({ weight }: { weight: number }) => weight);
    assert.deepEqual(
      weights,
      weights.toSorted((a: number, b: number) => b - a),
    );
    assert.ok(
      json.policies.every(
        (each: { effect: string; version: number }) => each.effect === "block" && each.version === 1,
      ),
    );
  });

  it("one is made with its options as the type understands them, and there may be several of a type", async () => {
    const policy = await make({ ...approvedBase, scope: { repositories: ["Registry.example.com/acme/*"] } });
    assert.equal(policy.typeTitle, "Approved base images");
    assert.deepEqual(policy.config.allowed_base_images, allowed);
    assert.equal(policy.config.allowed_distros_only, true);
    assert.deepEqual([policy.version, policy.effect, policy.enabled, policy.weight], [1, "block", true, 10]);
    assert.deepEqual(policy.scope, { repositories: ["registry.example.com/acme/*"], environments: [] });
    assert.equal(policy.changedBy, "security");
    const again = await make();
    assert.notEqual(again.id, policy.id);
    const { json } = await ask("viewer", "GET", "/policies");
    assert.equal(json.policies.filter(({ type }: { type: string }) => type === approvedBase.type).length, 3);
  });

  const refused: [name: string, body: object, code: string, path: string | null][] = [
    ["an unknown type", { type: "nope" }, "POLICY_UNKNOWN", null],
    [
      "an option that its type refuses",
      { config: { allowed_base_images: ["alpine"] } },
      "POLICY_CONFIG_INVALID",
      "config.allowed_base_images.0",
    ],
    [
      "an option that its type does not have",
      { config: { nope: 1 } },
      "POLICY_CONFIG_INVALID",
      "config.nope",
    ],
    ["no title", { title: " " }, "REQUEST_INVALID", "title"],
    ["a weight below zero", { weight: -1 }, "REQUEST_INVALID", "weight"],
    [
      "a scope that is no repository",
      { scope: { repositories: ["a b"] } },
      "REQUEST_INVALID",
      "scope.repositories.0",
    ],
    [
      "an environment that does not exist",
      { scope: { environments: ["nowhere"] } },
      "REQUEST_INVALID",
      "scope.environments.0",
    ],
    ["a field that is not known", { owner: "me" }, "REQUEST_INVALID", ""],
  ];
  for (const [name, change, code, path] of refused) {
    it(`refuses ${name}`, async () => {
      const { status, json } = await ask("security", "POST", "/policies", { ...approvedBase, ...change });
      assert.deepEqual([status, json.code], [400, code]);
      assert.equal(json.fields?.[0]?.path ?? null, path);
    });
  }

  it("a change is a new version, told to the audit log, the events and the jobs", async () => {
    await seedImages(server.parts.store, server.orgs.acme, [{ repository: "acme/judged", tag: "1" }]);
    const policy = await make();
    const queued = (await evaluationsQueued()).length;
    assert.ok(queued > 0, "the new policy asks for evaluations");
    const change = { title: "Bases", config: { allowed_base_images: ["*"] }, effect: "warn", version: 1 };
    const { status, json } = await ask("owner", "PUT", `/policies/${policy.id}`, change);
    assert.deepEqual([status, json.version, json.title, json.effect], [200, 2, "Bases", "warn"]);
    const versions = (await ask("viewer", "GET", `/policies/${policy.id}/versions`)).json.versions;
    assert.deepEqual(
      versions.map((each: { version: number; title: string; createdBy: string }) => [
        each.version,
        each.title,
        each.createdBy,
      ]),
      [
        [2, "Bases", "owner"],
        [1, approvedBase.title, "security"],
      ],
    );
    const audit = (await ask("owner", "GET", "/audit")).json.entries[0];
    assert.deepEqual(
      [audit.action, audit.actor, audit.target],
      ["policy.changed", "owner", `Bases (${policy.id})`],
    );
    assert.deepEqual(audit.before, {
      title: approvedBase.title,
      config: policy.config,
      effect: "block",
    });
    assert.deepEqual(Object.keys(audit.after), ["title", "config", "effect"]);
    const event = (await ask("viewer", "GET", "/events?kind=policy.changed")).json.entries[0];
    assert.deepEqual([event.policyId, event.actor, event.body.version], [policy.id, "owner", 2]);
  });

  it("nothing changed is no version", async () => {
    const policy = await make();
    const { title, description, config, weight, effect, enabled, scope } = policy;
    const same = { title, description, config, weight, effect, enabled, scope, version: 1 };
    const { json } = await ask("security", "PUT", `/policies/${policy.id}`, same);
    assert.equal(json.version, 1);
  });

  it("of two changes of one version the second is a conflict", async () => {
    const policy = await make();
    const change = (title: string) => ({ ...approvedBase, type: undefined, title, version: 1 });
    const answers = await Promise.all(
      ["A", "B"].map((title) => ask("security", "PUT", `/policies/${policy.id}`, change(title))),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
    const { json } = await ask("security", "PUT", `/policies/${policy.id}`, change("C"));
    assert.equal(json.code, "CONFLICT");
  });

  it("is switched off and on, each once", async () => {
    const policy = await make();
    const put = async (enabled: boolean) =>
      (await ask("security", "PATCH", `/policies/${policy.id}`, { enabled })).json;
    assert.deepEqual([(await put(false)).enabled, (await put(false)).version], [false, 2]);
    assert.deepEqual([(await put(true)).enabled, (await put(true)).version], [true, 3]);
  });

  it("is deleted by owners only, and stays to be read in its versions", async () => {
    const policy = await make();
    assert.equal((await ask("security", "DELETE", `/policies/${policy.id}`)).json.code, "FORBIDDEN");
    assert.equal((await ask("owner", "DELETE", `/policies/${policy.id}`)).status, 204);
    for (const [method, path, body] of [
      ["GET", "", undefined],
      ["DELETE", "", undefined],
      ["PATCH", "", { enabled: false }],
      ["PUT", "", { title: "x", config: {}, version: 1 }],
      ["GET", "/results", undefined],
    ] as const) {
      const { json } = await ask("owner", method, `/policies/${policy.id}${path}`, body);
      assert.equal(json?.code, "NOT_FOUND", `${method} ${path}`);
    }
    const { json } = await ask("viewer", "GET", `/policies/${policy.id}/versions`);
    assert.equal(json.versions.length, 1);
    const list = (await ask("viewer", "GET", "/policies")).json.policies;
    assert.ok(!list.some(({ id }: { id: string }) => id === policy.id));
    const event = (await ask("viewer", "GET", "/events?kind=policy.deleted")).json.entries[0];
    assert.equal(event.policyId, policy.id);
  });

  it("a second organisation reaches nothing of it by its id", async () => {
    const { id } = await make();
    for (const [method, path, body] of [
      ["GET", "", undefined],
      ["GET", "/versions", undefined],
      ["GET", "/results", undefined],
      ["PUT", "", { title: "x", config: {}, version: 1 }],
      ["PATCH", "", { enabled: false }],
      ["DELETE", "", undefined],
    ] as const) {
      const { status } = await server.request("outsider", method, `/orgs/other/policies/${id}${path}`, body);
      assert.equal(status, 404, `${method} ${path}`);
    }
    assert.equal((await ask("viewer", "GET", `/policies/${id}`)).json.version, 1);
    assert.equal((await ask("viewer", "GET", `/policies/${randomUUID()}`)).status, 404);
  });

  it("a change is recorded whole or not at all", async () => {
    const policy = await make();
    const broken = { ...server.parts, queue: { send: () => Promise.reject(new Error("no queue")) } };
    const { editPolicy } = await import("../policy-changes.ts");
    await assert.rejects(
      inAcme((tx) =>
        editPolicy(
          {
            tx,
            queue: broken.queue,
            orgId: server.orgs.acme,
            caller: {
              kind: "service",
              tokenId: randomUUID(),
              name: "x",
              orgId: server.orgs.acme,
              scopes: [],
            },
          },
          policy.id,
          1,
          { ...policy, title: "half" },
        ),
      ),
      /no queue/,
    );
    assert.equal((await ask("viewer", "GET", `/policies/${policy.id}`)).json.version, 1);
  });
});

describe("what policies say of images", () => {
  let server: TestServer;
  let policies: { id: string; compliance: object; config: object }[];

  before(async () => {
    server = await startTestServer();
    const { store } = server.parts;
    await seedImages(store, server.orgs.acme, [
      { repository: "acme/old", tag: "1", results: ["not_met"], pushedAt: new Date("2026-10-01T00:00:00Z") },
      { repository: "acme/old", tag: "2", results: ["met"], pushedAt: new Date("2026-10-02T00:00:00Z") },
      {
        repository: "acme/bad",
        tag: "1",
        results: [
          {
            status: "not_met",
            deviations: [{ message: "CVE-1 in a", remediation: "Update a" }, { message: "CVE-2 in b" }],
          },
        ],
      },
      { repository: "acme/worse", tag: "1", results: ["not_met"] },
      { repository: "acme/unknown", tag: "1", results: [{ status: "no_data", reason: "base only claimed" }] },
      { repository: "acme/failed", tag: "1", state: "failed" },
      { repository: "acme/new", tag: "1", state: "queued" },
      {
        repository: "acme/deployed",
        tag: "1",
        environments: ["production"],
        pushedAt: new Date("2026-09-01T00:00:00Z"),
      },
      { repository: "acme/deployed", tag: "2", pushedAt: new Date("2026-09-02T00:00:00Z") },
    ]);
    await seedImages(store, server.orgs.other, [{ repository: "other/app", tag: "1", results: ["not_met"] }]);
    policies = (await server.request("viewer", "GET", "/orgs/acme/policies")).json.policies;
  });
  after(() => server.close());

  const results = async (query = "", policy = policies[0]!.id) =>
    (await server.request("viewer", "GET", `/orgs/acme/policies/${policy}/results${query}`)).json;

  it("compliance counts the latest tag of a repository and what is deployed", () => {
    assert.deepEqual(policies[0]?.compliance, { met: 3, notMet: 2, noData: 2, waiting: 1 });
    assert.deepEqual(policies[1]?.compliance, { met: 6, notMet: 0, noData: 1, waiting: 1 });
  });

  it("violations come first, then what is unknown with its reason, then what is met", async () => {
    const { entries, next } = await results();
    assert.equal(next, null);
    assert.deepEqual(
      entries.map((each: { repository: string; tag: string; status: string; reason: string | null }) => [
        each.repository.replace(`${SEED_HOST}/acme/`, ""),
        each.tag,
        each.status,
        each.reason,
      ]),
      [
        ["bad", "1", "not_met", null],
        ["worse", "1", "not_met", null],
        ["failed", "1", "no_data", "The analysis failed: The registry has no such image."],
        ["unknown", "1", "no_data", "base only claimed"],
        ["deployed", "1", "met", null],
        ["deployed", "2", "met", null],
        ["old", "2", "met", null],
      ],
    );
    const [bad] = entries;
    assert.deepEqual(
      [bad.deviationCount, bad.firstDeviation, bad.remediation],
      [2, "CVE-1 in a", "Update a"],
    );
    assert.equal(bad.platform, "linux/amd64");
  });

  it("pages end and go on by their cursor, whatever their size", async () => {
    const whole = (await results()).entries;
    for (const limit of [1, 2, 3, 7]) {
      const seen: unknown[] = [];
      let next: string | null = null;
      do {
        const page: { entries: unknown[]; next: string | null } = await results(
          `?limit=${limit}${next === null ? "" : `&cursor=${next}`}`,
        );
        seen.push(...page.entries);
        next = page.next;
      } while (next !== null);
      assert.deepEqual(seen, whole, `pages of ${limit}`);
    }
  });

  it("a status filters", async () => {
    for (const [status, count] of [
      ["not_met", 2],
      ["no_data", 2],
      ["met", 3],
    ] as const) {
      const { entries } = await results(`?status=${status}`);
      assert.equal(entries.length, count);
      assert.ok(entries.every((each: { status: string }) => each.status === status));
    }
    assert.equal((await results("?status=waiting")).code, "REQUEST_INVALID");
  });

  it("a cursor of another policy is refused", async () => {
    const { next } = await results("?limit=1");
    assert.equal((await results(`?cursor=${next}`, policies[1]?.id)).code, "REQUEST_INVALID");
  });

  it("after a change the images wait for their new results, and a disabled policy says nothing", async () => {
    const { id } = policies[2]!;
    const find = async () =>
      (await server.request("viewer", "GET", `/orgs/acme/policies/${id}`)).json as {
        compliance: object;
        version: number;
      };
    const patch = (enabled: boolean) =>
      server.request("security", "PATCH", `/orgs/acme/policies/${id}`, { enabled });
    await patch(false);
    assert.deepEqual((await find()).compliance, { met: 0, notMet: 0, noData: 0, waiting: 0 });
    await patch(true);
    assert.deepEqual((await find()).compliance, { met: 0, notMet: 0, noData: 1, waiting: 7 });
    assert.equal((await results("", id)).entries.length, 1);
  });

  const scopes: [name: string, scope: object, count: number][] = [
    ["everything", {}, 8],
    ["one repository", { repositories: [`${SEED_HOST}/acme/bad`] }, 1],
    ["a pattern", { repositories: [`${SEED_HOST}/acme/*d`] }, 5],
    ["two patterns", { repositories: ["*/old", "*/new"] }, 2],
    ["no repository", { repositories: [`${SEED_HOST}/acme`] }, 0],
    ["a letter that LIKE would take for any", { repositories: [`${SEED_HOST}/acme/ba_`] }, 0],
    ["an environment", { environments: ["production"] }, 1],
    ["an environment, elsewhere", { repositories: ["*/bad"], environments: ["production"] }, 0],
  ];
  for (const [name, scope, count] of scopes) {
    it(`a scope of ${name} is about ${count} images`, async () => {
      const body = { ...approvedBase, title: name, scope };
      const { json } = await server.request("security", "POST", "/orgs/acme/policies", body);
      const { waiting, noData } = json.compliance;
      assert.equal(waiting + noData, count);
    });
  }
});
