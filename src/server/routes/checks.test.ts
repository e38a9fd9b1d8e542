/** What the command line asks: verdicts, policies in force, and bases by layers. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import {
  day,
  nasty,
  sampleImages,
  seedSample,
  type SampleName,
} from "../../../test/helpers/sample-images.ts";
import { SEED_DATABASE, seedDigest } from "../../../test/helpers/seed-images.ts";
import { seedImages, type SeededImage } from "../../../test/helpers/seed.ts";
import { startTestServer, type Answer, type As, type TestServer } from "../../../test/helpers/server.ts";
import { chainIds } from "../../domain/chain-id.ts";
import { asEngine } from "../../store/in-org.ts";
import { recordDatabaseState } from "../../store/stores/database-state.ts";

let server: TestServer;
let seeded: Readonly<Record<SampleName, SeededImage>>;
before(async () => {
  server = await startTestServer();
  seeded = await seedSample(server);
  await recordDatabase({});
});
after(() => server.close());

const PREFIX = "registry.example.com/acme";
const status = {
  updatedAt: "2026-11-22T00:00:00Z",
  digest: SEED_DATABASE,
  advisoryCount: 12,
  demonstration: false,
  spaces: [],
  feeds: [],
  hasKev: true,
  hasEpss: true,
};

function recordDatabase(change: object): Promise<void> {
  const state = { status: { ...status, ...change }, appliedAt: null, failure: null };
  return asEngine(server.parts.store, (tx) => recordDatabaseState(tx, state));
}

// eslint-disable-next-line typescript/no-explicit-any
async function rowsOf(query: ReturnType<typeof sql>): Promise<any[]> {
  const { rows } = await asEngine(server.parts.store, (tx) => query.execute(tx));
  return rows;
}

const ask = (method: string, path: string, body?: unknown, as: As = "service:read"): Promise<Answer> =>
  server.request(as, method, `/orgs/acme${path}`, body);
const verdict = (query: Readonly<Record<string, string>>): Promise<Answer> =>
  ask("GET", `/verdict?${new URLSearchParams(query).toString()}`);
const gate = (body: object): Promise<Answer> => ask("POST", "/gate", body, "service:gate");

describe("the verdict", () => {
  test("by digest, with every result and the image's page", async () => {
    const { status: code, json } = await verdict({ repository: `${PREFIX}/app`, digest: seeded.app.digest });
    assert.equal(code, 200);
    const { verdict: newest, ...rest } = json;
    assert.deepEqual(rest, {
      repository: `${PREFIX}/app`,
      digest: seeded.app.digest,
      imageId: seeded.app.id,
      platform: "linux/amd64",
      state: "analysed",
      failure: null,
      completeness: "complete",
      verification: "verified",
      database: { updatedAt: status.updatedAt, stale: false, demonstration: false },
      path: `/o/acme/images/${seeded.app.id}`,
    });
    const { json: tab } = await ask("GET", `/images/${seeded.app.id}/policies`);
    assert.deepEqual(newest.results, tab.results);
    assert.deepEqual([newest.status, newest.results[0].deviations[0].message], ["not_met", nasty]);
  });

  test("by tag is that of what the tag names now", async () => {
    const { json } = await verdict({ repository: `${PREFIX}/old`, tag: "1.0" });
    assert.deepEqual([json.digest, json.imageId], [seeded.newer.digest, seeded.newer.id]);
    const earlier = await verdict({ repository: `${PREFIX}/old`, tag: "0.9" });
    assert.equal(earlier.json.imageId, seeded.old.id);
  });

  test("of an index is that of its worst image; of one of its images its own", async () => {
    const index = await verdict({ repository: `${PREFIX}/multi`, digest: sampleImages.multi.index });
    assert.deepEqual([index.json.imageId, index.json.verdict.status], [seeded.multiArm.id, "no_data"]);
    assert.equal(index.json.completeness, "incomplete");
    const own = await verdict({ repository: `${PREFIX}/multi`, digest: seeded.multi.digest });
    assert.deepEqual([own.json.imageId, own.json.verdict.status], [seeded.multi.id, "met"]);
  });

  const without: readonly (readonly [name: SampleName, state: string])[] = [
    ["queued", "queued"],
    ["failed", "failed"],
    ["unjudged", "analysed"],
  ];
  for (const [name, state] of without) {
    test(`is not there while the image is ${name}`, async () => {
      const { json } = await verdict({ repository: `${PREFIX}/${name}`, tag: "1" });
      assert.deepEqual([json.state, json.verdict], [state, null]);
      assert.equal(json.failure?.code ?? null, state === "failed" ? "SOURCE_NOT_FOUND" : null);
    });
  }

  test("of an index that is not resolved has no image yet", async () => {
    const digest = seedDigest("unresolved");
    await rowsOf(sql`insert into push (org_id, repository_id, tag, digest, source)
      values (${server.orgs.acme}, ${seeded.app.repositoryId}, '3', ${digest}, 'notification')`);
    const asked = { repository: `${PREFIX}/app`, digest };
    const { json } = await verdict(asked);
    assert.deepEqual(
      [json.state, json.imageId, json.failure, json.path],
      ["queued", null, null, "/o/acme/images"],
    );
    assert.deepEqual(
      (await gate(asked)).json.causes.map(({ cause }: { cause: string }) => cause),
      ["queued"],
    );
    await rowsOf(
      sql`update push set failure_code = 'REGISTRY_DENIED', failure_message = 'no' where digest = ${digest}`,
    );
    const failed = (await verdict(asked)).json;
    assert.deepEqual([failed.state, failed.failure], ["failed", { code: "REGISTRY_DENIED", message: "no" }]);
    assert.deepEqual(
      (await gate(asked)).json.causes.map(({ cause }: { cause: string }) => cause),
      ["failed"],
    );
  });

  const unknown: readonly (readonly [
    name: string,
    query: Record<string, string>,
    status: number,
    code: string,
  ])[] = [
    [
      "a digest that was never seen",
      { repository: `${PREFIX}/app`, digest: seedDigest("x") },
      404,
      "IMAGE_UNKNOWN",
    ],
    ["a tag that there is not", { repository: `${PREFIX}/app`, tag: "9" }, 404, "IMAGE_UNKNOWN"],
    ["a repository that there is not", { repository: `${PREFIX}/none`, tag: "1" }, 404, "IMAGE_UNKNOWN"],
    ["another registry", { repository: "evil.example.com/acme/app", tag: "1.0" }, 404, "IMAGE_UNKNOWN"],
    ["neither digest nor tag", { repository: `${PREFIX}/app` }, 400, "REQUEST_INVALID"],
    ["a digest that is none", { repository: `${PREFIX}/app`, digest: "sha256:1" }, 400, "REQUEST_INVALID"],
    ["no repository", { repository: "a b", tag: "1" }, 400, "REFERENCE_INVALID"],
  ];
  for (const [name, query, code, problem] of unknown) {
    test(`of ${name} is refused`, async () => {
      const answer = await verdict(query);
      assert.deepEqual([answer.status, answer.json.code], [code, problem]);
    });
  }

  test("in another repository is not known, for it was not pushed there", async () => {
    const { json } = await verdict({ repository: `${PREFIX}/old`, digest: seeded.app.digest });
    assert.equal(json.code, "IMAGE_UNKNOWN");
  });
});

describe("what is needed to judge an image here", () => {
  const check = async (query = ""): Promise<Answer["json"]> => {
    const answer = await ask("GET", `/check${query}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  };
  const titles = (json: Answer["json"]): string[] =>
    json.policies.map(({ title }: { title: string }) => title);

  before(async () => {
    const policy = { type: "non-root", config: {}, weight: 1 };
    const add = (title: string, scope: object, more: object = {}): Promise<Answer> =>
      server.request("owner", "POST", "/orgs/acme/policies", { ...policy, title, scope, ...more });
    for (const answer of [
      await add("of app", { repositories: [`${PREFIX}/app*`], environments: [] }),
      await add("of production", { repositories: [], environments: ["production"] }),
      await add("disabled", { repositories: [], environments: [] }, { enabled: false }),
    ])
      assert.equal(answer.status, 201, answer.text);
  });

  test("is the policies in force for the repository and the environment", async () => {
    const seven = titles(await check());
    assert.equal(seven.length, 7);
    assert.deepEqual(titles(await check(`?repository=${PREFIX}/app`)), [...seven, "of app"]);
    assert.deepEqual(titles(await check(`?repository=${PREFIX}/other`)), seven);
    const both = titles(await check(`?repository=${PREFIX}/app-2&environment=production`));
    assert.deepEqual(both, [...seven, "of app", "of production"]);
    const json = await check();
    assert.deepEqual(
      [json.databaseDigest, json.policies[0].effect, json.policies[0].version],
      [SEED_DATABASE, "block", 1],
    );
    assert.equal((await ask("GET", "/check?repository=%20")).json.code, "REFERENCE_INVALID");
  });

  test("is the exceptions that somebody approved and that have not ended", async () => {
    const { developer, security } = server.accounts;
    const add = (id: string, state: string, repository: string | null, expires: Date): Promise<unknown> =>
      rowsOf(sql`insert into exception (org_id, vulnerability, kind, reason, scope_repository, state, requested_by,
        requested_by_name, decided_by, decided_by_name, decided_at, expires_at)
        values (${server.orgs.acme}, ${id}, 'accepted_risk', ${nasty}, ${repository}, ${state}, ${developer}, 'developer',
        ${state === "requested" ? null : security}, 'security', now(), ${expires})`);
    await add("CVE-2026-10", "approved", null, day(30));
    await add("CVE-2026-11", "approved", `${PREFIX}/app`, day(30));
    await add("CVE-2026-12", "approved", null, day(1));
    await add("CVE-2026-13", "requested", null, day(30));
    await add("CVE-2026-14", "refused", null, day(30));
    const ids = (json: Answer["json"]): string[] =>
      json.exceptions.map(({ vulnerability }: { vulnerability: string }) => vulnerability).toSorted();
    assert.deepEqual(ids(await check()), ["CVE-2026-10"]);
    const { exceptions } = await check(`?repository=${PREFIX}/app`);
    assert.deepEqual(ids({ exceptions }), ["CVE-2026-10", "CVE-2026-11"]);
    assert.deepEqual([exceptions[0].decidedBy, exceptions[0].reason], ["security", nasty]);
  });
});

describe("the base by layers", () => {
  const bases = (body: object): Promise<Answer> => ask("POST", "/bases", body, "viewer");
  const own = seedDigest("own layer");

  test("is the organisation's image with the longest prefix", async () => {
    const [base] = await seedImages(server.parts.store, server.orgs.acme, [
      { repository: "acme/dhi-python", tag: "3.12", layers: [{ command: "ADD base", fromBase: true }] },
    ]);
    const ids = chainIds([seedDigest("base 0 ADD base"), own]);
    const { status: code, json } = await bases({ chainIds: ids, digest: null });
    assert.equal(code, 200);
    assert.deepEqual(json, {
      base: { name: `${PREFIX}/dhi-python`, tag: "3.12", digest: base!.digest, evidence: "layers" },
    });
    // Whoever is going to push there is not built on what stands there.
    const repository = `${PREFIX}/dhi-python`;
    assert.deepEqual((await bases({ chainIds: ids, digest: null, repository })).json, { base: null });
    const foreign = await server.request("outsider", "POST", "/orgs/other/bases", {
      chainIds: ids,
      digest: null,
    });
    assert.deepEqual(foreign.json, { base: null });
  });

  test("is none for other layers, and for none", async () => {
    assert.deepEqual((await bases({ chainIds: chainIds([own]), digest: null })).json, { base: null });
    assert.deepEqual((await bases({ chainIds: [], digest: null })).json, { base: null });
    const many = Array.from({ length: 1001 }, () => own);
    assert.equal((await bases({ chainIds: many, digest: null })).json.code, "REQUEST_INVALID");
  });
});
