/** The gate: what it lets through, and every way to be stopped. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { eventually } from "../../../test/helpers/eventually.ts";
import { sampleImages, seedSample, type SampleName } from "../../../test/helpers/sample-images.ts";
import { SEED_DATABASE, seedDigest, type SeedImage } from "../../../test/helpers/seed-images.ts";
import { seedImages, type SeededImage } from "../../../test/helpers/seed.ts";
import { startTestServer, type Answer, type As, type TestServer } from "../../../test/helpers/server.ts";
import { asEngine, inOrg } from "../../store/in-org.ts";
import { insertPolicy } from "../../store/stores/policies.ts";
import { recordForeseen } from "../../store/stores/foreseen-verdicts.ts";
import { decisionCacheOf } from "../gate/decision-cache.ts";
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

describe("the gate", () => {
  let number = 0;
  /** Judged by the built-in policies, all of which block. */
  async function decide(image: Partial<SeedImage>, effect = "block"): Promise<Answer["json"]> {
    number += 1;
    const repository = `acme/gate-${number}`;
    const [made] = await seedImages(server.parts.store, server.orgs.acme, [
      { repository, tag: "1", ...image },
    ]);
    await rowsOf(
      sql`update policy_result set effect = ${effect} where evaluation_id = ${made!.evaluationId}`,
    );
    const { status: code, json } = await gate({ repository: `registry.example.com/${repository}`, tag: "1" });
    assert.equal(code, 200);
    return json;
  }
  /** What is remembered is forgotten a moment after the change. */
  const becomes = (asked: object, isSo: (json: Answer["json"]) => boolean): Promise<boolean> =>
    eventually(async () => isSo((await gate(asked)).json), "the gate says so");
  const causes = (json: Answer["json"]): string[] => json.causes.map(({ cause }: { cause: string }) => cause);

  test("lets through what is known to be good", async () => {
    const { path, digest, evidence, ...json } = await decide({ packages: [{ name: "left-pad" }] });
    assert.match(path, /^\/o\/acme\/images\/[0-9a-f-]{36}$/);
    assert.match(digest, /^sha256:/);
    const { evaluatedAt, policyDigest, ...database } = evidence;
    assert.ok(Date.parse(evaluatedAt) > 0);
    assert.match(policyDigest, /^sha256:[0-9a-f]{64}$/);
    assert.deepEqual(database, { databaseUpdatedAt: status.updatedAt, databaseDigest: SEED_DATABASE });
    const repository = `registry.example.com/acme/gate-${number}`;
    assert.deepEqual(json, {
      pass: true,
      causes: [],
      repository,
      environment: null,
      demonstration: false,
    });
  });

  const stops: readonly (readonly [name: string, image: Partial<SeedImage>, expected: readonly string[]])[] =
    [
      ["a policy is not met", { results: ["not_met"] }, ["policy"]],
      ["a policy has no data", { results: ["no_data"] }, ["no-data"]],
      ["both", { results: ["not_met", "no_data"] }, ["policy", "no-data"]],
      ["packages may be missing", { completeness: "incomplete" }, ["incomplete"]],
      ["its content was not verified", { verification: "unverified" }, ["unverified"]],
      ["no vulnerability database was asked", { hasFindings: false }, ["incomplete"]],
      ["it is queued", { state: "queued" }, ["queued"]],
      ["it is being analysed", { state: "analysing" }, ["queued"]],
      ["its analysis failed", { state: "failed" }, ["failed"]],
      ["it is not judged yet", { results: null }, ["queued"]],
    ];
  for (const [name, image, expected] of stops) {
    test(`stops when ${name}`, async () => {
      const json = await decide(image);
      assert.deepEqual([json.pass, causes(json)], [false, expected]);
      for (const { message } of json.causes) assert.ok(message.length > 10, message);
    });
  }

  for (const effect of ["warn", "report"]) {
    test(`is not stopped by policies that only ${effect}`, async () => {
      const json = await decide({ results: ["not_met", "no_data"] }, effect);
      assert.deepEqual([json.pass, json.causes], [true, []]);
    });
  }

  test("stops for any platform of an index, and says for which", async () => {
    const { json } = await gate({ repository: `${PREFIX}/multi`, digest: sampleImages.multi.index });
    assert.equal(json.pass, false);
    assert.deepEqual(causes(json), ["no-data", "incomplete"]);
    for (const { message } of json.causes) assert.match(message, /^linux\/arm64: /);
    const own = await gate({ repository: `${PREFIX}/multi`, digest: seeded.multi.digest });
    assert.equal(own.json.pass, true);
  });

  test("stops for what is only said to stand in the repository", async () => {
    const repository = "acme/unconfirmed";
    const [made] = await seedImages(server.parts.store, server.orgs.acme, [{ repository, tag: "1" }]);
    const asked = { repository: `registry.example.com/${repository}`, digest: made!.digest };
    assert.equal((await gate(asked)).json.pass, true);
    await rowsOf(sql`update repository_image set found_at = null where image_id = ${made!.id}`);
    await becomes(asked, (json) => causes(json).join() === "queued");
  });

  test("stops when the database is too old, and marks demonstration data", async () => {
    const asked = { repository: `${PREFIX}/multi`, digest: seeded.multi.digest };
    await recordDatabase({ updatedAt: "2026-11-01T00:00:00Z" });
    await becomes(asked, (json) => causes(json).join() === "stale");
    assert.equal((await verdict(asked)).json.database.stale, true);
    await recordDatabase({ updatedAt: "2026-11-01T00:00:00Z", demonstration: true });
    await becomes(asked, (json) => json.pass && json.demonstration);
    await recordDatabase({});
    await becomes(asked, (json) => !json.demonstration);
  });

  test("knows nothing of what was never pushed, and answers nobody without its scope", async () => {
    const asked = { repository: `${PREFIX}/app`, digest: seedDigest("x") };
    assert.deepEqual((await gate(asked)).json.code, "IMAGE_UNKNOWN");
    assert.equal((await ask("POST", "/gate", asked, "owner")).status, 403);
    assert.equal((await gate({ repository: `${PREFIX}/app` })).json.code, "REQUEST_INVALID");
  });
});

describe("the gate asked by many", () => {
  test("decides once for a digest, and anew when something has changed under it", async () => {
    const repository = "acme/often";
    const [made] = await seedImages(server.parts.store, server.orgs.acme, [
      { repository, tag: "1", packages: [{ name: "left-pad" }] },
    ]);
    const asked = { repository: `registry.example.com/${repository}`, digest: made!.digest };
    const cache = decisionCacheOf(server.parts);
    const before = cache.made();
    const answers = await Promise.all(Array.from({ length: 200 }, () => gate(asked)));
    for (const { json } of answers) assert.equal(json.pass, true);
    assert.equal(cache.made(), before + 1);
    await rowsOf(sql`update image set verification = 'unverified' where id = ${made!.id}`);
    await eventually(async () => !(await gate(asked)).json.pass, "it is decided anew");
    assert.equal(cache.made(), before + 2);
  });
});

describe("the gate of an environment", () => {
  let environments: Readonly<Record<string, string>>;
  let policyId: string;
  let image: SeededImage;
  const asked = (environment?: string) => ({
    repository: `registry.example.com/acme/deployed`,
    digest: image.digest,
    ...(environment === undefined ? {} : { environment }),
  });
  const waiting = async (): Promise<number> => (await server.parts.queue.count()).foresee?.waiting ?? 0;
  const foresee = (change: object = {}, policyVersion = 1): Promise<void> =>
    asEngine(server.parts.store, (tx) =>
      recordForeseen(
        tx,
        { orgId: server.orgs.acme, imageId: image.id, environmentId: environments["prod"]! },
        {
          evaluationId: image.evaluationId!,
          foreseenAt: server.parts.clock(),
          results: [
            {
              policyId,
              policyVersion,
              title: "Only here",
              type: "non-root",
              effect: "block",
              status: "met",
              reason: null,
              deviations: [],
              weight: 10,
              lost: 0,
              ...change,
            },
          ],
        },
      ),
    );

  before(async () => {
    const made: Record<string, string> = {};
    for (const name of ["prod", "staging"])
      made[name] = (await ask("POST", "/environments", { name }, "owner")).json.id;
    environments = made;
    [image] = (await seedImages(server.parts.store, server.orgs.acme, [
      { repository: "acme/deployed", tag: "1", packages: [{ name: "left-pad" }] },
    ])) as [SeededImage];
    policyId = await inOrg(server.parts.store, server.orgs.acme, (tx) =>
      insertPolicy(
        tx,
        server.orgs.acme,
        { type: "non-root", preset: null },
        {
          title: "Only here",
          description: "",
          config: {},
          weight: 10,
          effect: "block",
          enabled: true,
          scope: { repositories: [], environments: ["prod"] },
        },
        "test",
      ),
    );
  });

  test("has policies of its own evaluated before it lets anything through", async () => {
    assert.equal((await gate(asked())).json.pass, true);
    assert.equal((await gate(asked("staging"))).json.pass, true);
    const { json } = await gate(asked("prod"));
    assert.deepEqual(
      [json.pass, json.environment, json.causes],
      [false, "prod", [{ cause: "queued", message: "the policies of prod are being evaluated on it" }]],
    );
    assert.equal(await waiting(), 1);
    await foresee();
    await eventually(async () => (await gate(asked("prod"))).json.pass, "it passes");
    await foresee({ status: "not_met", lost: 10 });
    await eventually(async () => (await gate(asked("prod"))).json.causes[0]?.cause === "policy", "it stops");
    assert.equal((await gate(asked("staging"))).json.pass, true);
  });

  test("takes nothing that was foreseen for another version, another verdict or long ago", async () => {
    const isAsked = async (): Promise<boolean> =>
      (await gate(asked("prod"))).json.causes.map(({ cause }: { cause: string }) => cause).join() ===
      "queued";
    await foresee({}, 2);
    await eventually(isAsked, "of another version");
    await foresee();
    await eventually(async () => (await gate(asked("prod"))).json.pass, "it passes");
    const start = server.parts.clock();
    server.setNow(new Date(start.getTime() + 61 * 60_000));
    await eventually(isAsked, "of long ago");
    server.setNow(start);
    await foresee();
    await eventually(async () => (await gate(asked("prod"))).json.pass, "it passes");
    await rowsOf(sql`update foreseen_verdict set evaluation_id = gen_random_uuid()`);
    await eventually(isAsked, "of another verdict");
  });

  test("does not stop for what only another environment asks", async () => {
    const [deployed] = await seedImages(server.parts.store, server.orgs.acme, [
      { repository: "acme/deployed", tag: "2", packages: [{ name: "right-pad" }], results: ["met"] },
    ]);
    await rowsOf(sql`
      insert into policy_result (org_id, evaluation_id, policy_id, policy_version, title, type, effect, status,
        deviations, weight, lost, position)
      values (${server.orgs.acme}, ${deployed!.evaluationId}, ${policyId}, 1, 'Only here', 'non-root', 'block', 'not_met',
        '[]', 10, 10, 99)
      on conflict (org_id, evaluation_id, policy_id) do update set effect = 'block', status = 'not_met'`);
    const body = { ...asked(), digest: deployed!.digest };
    assert.equal((await gate(body)).json.causes[0]?.cause, "policy");
    assert.equal((await gate({ ...body, environment: "staging" })).json.pass, true);
    assert.equal((await gate({ ...body, environment: "prod" })).json.causes[0]?.cause, "policy");
  });

  test("must be one of the organisation", async () => {
    assert.equal((await gate(asked("nowhere"))).json.code, "NOT_FOUND");
  });
});

describe("a verdict that something changed under while its image did not count", () => {
  const waiting = async (): Promise<number> => (await server.parts.queue.count()).evaluate?.waiting ?? 0;
  async function seedOutdated(name: string) {
    const repository = `acme/outdated-${name}`;
    const [image] = await seedImages(server.parts.store, server.orgs.acme, [
      { repository, tag: "1", packages: [{ name: "left-pad" }] },
    ]);
    const [row] = await rowsOf(sql`
      update image set outdated_evaluation_id = evaluation_id, evaluation_id = null where id = ${image!.id}
      returning (select repository_id from repository_image where image_id = image.id)`);
    return {
      id: image!.id,
      repositoryId: row.repository_id,
      repository: `registry.example.com/${repository}`,
    };
  }

  test("lets nothing through, is told nobody, and is made again for whoever asks", async () => {
    const asks: readonly (readonly [string, (image: { id: string; repository: string }) => Promise<void>])[] =
      [
        [
          "gate",
          async ({ repository }) => {
            const { json } = await gate({ repository, tag: "1" });
            assert.equal(json.pass, false);
            assert.deepEqual(json.causes, [{ cause: "outdated", message: "it is being judged again" }]);
          },
        ],
        [
          "verdict",
          async ({ repository }) => {
            const { json } = await verdict({ repository, tag: "1" });
            assert.deepEqual([json.state, json.verdict], ["analysed", null]);
          },
        ],
        [
          "page",
          async ({ id }) => {
            const { json } = await ask("GET", `/images/${id}`);
            assert.deepEqual([json.outdated, json.verdict, json.findings], [true, null, null]);
          },
        ],
      ];
    for (const [name, look] of asks) {
      const image = await seedOutdated(name);
      const before = await waiting();
      await look(image);
      await look(image);
      assert.equal(await waiting(), before + 1, name);
    }
  });

  test("is made again when its repository is enabled again", async () => {
    const { repositoryId } = await seedOutdated("repository");
    const before = await waiting();
    const enable = (enabled: boolean): Promise<Answer> =>
      ask("PATCH", `/repositories/${repositoryId}`, { enabled }, "editor");
    assert.equal((await enable(false)).status, 200);
    assert.equal(await waiting(), before);
    assert.equal((await enable(true)).status, 200);
    assert.ok((await waiting()) > before);
  });
});
