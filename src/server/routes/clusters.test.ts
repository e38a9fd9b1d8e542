/** Clusters and their reviews: what is let in, what is not, and what is kept of it. The last of them over TLS. */
import assert from "node:assert/strict";
import { request } from "node:https";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { reviewOf, type ReviewInput } from "../../../test/helpers/admission.ts";
import { makeAuthority } from "../../../test/helpers/certificates.ts";
import { eventually } from "../../../test/helpers/eventually.ts";
import { SEED_DATABASE, seedDigest, type SeedImage } from "../../../test/helpers/seed-images.ts";
import { seedImages } from "../../../test/helpers/seed.ts";
import { startTestServer, type Answer, type TestServer } from "../../../test/helpers/server.ts";
import { asEngine, inOrg } from "../../store/in-org.ts";
import { recordDatabaseState } from "../../store/stores/database-state.ts";
import { decisionCacheOf } from "../gate/decision-cache.ts";
import { listen } from "../listen.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
  await recordDatabase("2026-11-22T00:00:00Z");
});
after(() => server.close());

function recordDatabase(updatedAt: string): Promise<void> {
  const facts = { digest: SEED_DATABASE, advisoryCount: 12, demonstration: false, spaces: [], feeds: [] };
  const status = { updatedAt, ...facts, hasKev: true, hasEpss: true };
  return asEngine(server.parts.store, (tx) =>
    recordDatabaseState(tx, { status, appliedAt: null, failure: null }),
  );
}

const owner = (method: string, path: string, body?: unknown): Promise<Answer> =>
  server.request("owner", method, `/orgs/acme${path}`, body);

let number = 0;
const next = (): number => (number += 1);

/** Its reference by digest. */
async function seed(image: Partial<SeedImage> = {}): Promise<{ image: string; tagged: string; id: string }> {
  const repository = `acme/app-${next()}`;
  const [made] = await seedImages(server.parts.store, server.orgs.acme, [
    { repository, tag: "1", packages: [{ name: "left-pad" }], ...image },
  ]);
  const name = `registry.example.com/${repository}`;
  return { image: `${name}@${made!.digest}`, tagged: `${name}:1`, id: made!.id };
}
const bad = (): Promise<{ image: string; tagged: string; id: string }> => seed({ results: ["not_met"] });
const unknownImage = `registry.example.com/acme/never@${seedDigest("never")}`;

/** A cluster of its own for each test. Its path. */
async function cluster(rules: object = {}): Promise<string> {
  const { status, json } = await owner("POST", "/clusters", {
    name: `cluster-${next()}`,
    mode: "enforce",
    ...rules,
  });
  assert.equal(status, 201, JSON.stringify(json));
  assert.equal(json.reviewPath, `/api/v1/orgs/acme/clusters/${json.id}/admission`);
  return `/orgs/acme/clusters/${json.id}`;
}

async function review(path: string, input: ReviewInput): Promise<Answer["json"]> {
  const sent = reviewOf(input);
  const { status, json } = await server.request("service:gate", "POST", `${path}/admission`, sent);
  assert.equal(status, 200, JSON.stringify(json));
  assert.deepEqual([json.apiVersion, json.kind], ["admission.k8s.io/v1", "AdmissionReview"]);
  assert.equal(json.response.uid, sent.request.uid);
  return json.response;
}

const events = async (kind: string): Promise<Answer["json"][]> =>
  (await owner("GET", `/events?kind=${kind}`)).json.entries;
const audit = async (): Promise<Answer["json"][]> => (await owner("GET", "/audit")).json.entries;

describe("clusters", () => {
  test("are added, changed and removed by owners, each with its row in the audit log", async () => {
    await owner("POST", "/environments", { name: "prod" });
    const made = await owner("POST", "/clusters", { name: "west", environment: "prod" });
    assert.equal(made.status, 201);
    const { id, createdAt: _at, reviewPath: _path, ...rules } = made.json;
    assert.deepEqual(rules, {
      name: "west",
      environment: "prod",
      mode: "audit",
      namespaces: [],
      exemptNamespaces: ["kube-system", "kube-public", "kube-node-lease"],
      unknownImages: "deny",
      oldEvidence: "deny",
      restarts: "admit",
      breakGlassGroups: [],
    });
    const changed = await owner("PUT", `/clusters/${id}`, { mode: "enforce", breakGlassGroups: ["sre"] });
    assert.deepEqual([changed.json.mode, changed.json.environment], ["enforce", null]);
    const { json } = await server.request("viewer", "GET", "/orgs/acme/clusters");
    assert.deepEqual(json.clusters, [changed.json]);
    assert.equal((await owner("POST", "/clusters", { name: "west" })).json.code, "CONFLICT");
    const wrong = await owner("POST", "/clusters", { name: "east", environment: "nowhere" });
    assert.equal(wrong.json.code, "REQUEST_INVALID");
    assert.equal((await owner("PUT", `/clusters/${id}`, { environment: "nowhere" })).status, 400);
    assert.equal((await owner("DELETE", `/clusters/${id}`)).status, 204);
    assert.equal((await owner("PUT", `/clusters/${id}`, {})).json.code, "NOT_FOUND");
    const rows = (await audit()).filter(({ target }) => target === `west (${id})`);
    assert.deepEqual(
      rows.map(({ action }) => action),
      ["cluster.deleted", "cluster.changed", "cluster.created"],
    );
    assert.deepEqual([rows[1].before.mode, rows[1].after.breakGlassGroups], ["audit", ["sre"]]);
  });
});

describe("a review", () => {
  test("lets in what the gate lets through, and says nothing", async () => {
    const path = await cluster();
    const { image, tagged } = await seed();
    for (const kind of ["Pod", "Deployment", "CronJob"] as const) {
      const { uid: _uid, ...response } = await review(path, { kind, images: [image], initImages: [tagged] });
      assert.deepEqual(response, { allowed: true, auditAnnotations: { decision: "admitted" } });
    }
  });

  const places: readonly (readonly [string, (image: string) => Partial<ReviewInput>])[] = [
    ["containers", (image) => ({ images: [image] })],
    ["init containers", (image) => ({ initImages: [image] })],
    ["ephemeral containers", (image) => ({ ephemeralImages: [image] })],
  ];
  for (const [name, place] of places) {
    test(`refuses what the gate stops, in ${name}`, async () => {
      const path = await cluster();
      const [good, { image }] = [await seed(), await bad()];
      const response = await review(path, { images: [good.image], ...place(image) });
      assert.equal(response.allowed, false);
      assert.deepEqual([response.status.code, response.status.reason], [403, "Forbidden"]);
      assert.ok(response.status.message.includes(`${image} (`), response.status.message);
      assert.match(
        response.status.message,
        /policies not met: .*\(http:\/\/127\.0\.0\.1:7300\/o\/acme\/images\//,
      );
      assert.equal(response.auditAnnotations.decision, "denied");
    });
  }

  test("of an update with another image is of that image", async () => {
    const path = await cluster();
    const [good, { image }] = [await seed(), await bad()];
    const update = { operation: "UPDATE", kind: "Deployment", oldImages: [good.image] } as const;
    assert.equal((await review(path, { ...update, images: [image] })).allowed, false);
    assert.equal((await review(path, { ...update, images: [good.image] })).allowed, true);
  });

  test("of a deletion is never refused", async () => {
    const { image } = await bad();
    const response = await review(await cluster(), { operation: "DELETE", images: [image] });
    assert.deepEqual([response.allowed, response.auditAnnotations.decision], [true, "not-judged"]);
  });

  test("in audit mode only warns, and the same is refused once it is enforced", async () => {
    const path = await cluster({ mode: "audit", restarts: "judge" });
    const { image } = await bad();
    const response = await review(path, { images: [image] });
    assert.equal(response.allowed, true);
    assert.equal(response.auditAnnotations.decision, "would-be-denied");
    assert.match(response.warnings[0], /would not be let in: policy: policies not met/);
    await server.request("owner", "PUT", path, { mode: "enforce", restarts: "judge" });
    assert.equal((await review(path, { images: [image] })).allowed, false);
  });

  test("looks at the namespaces of the cluster's rules alone", async () => {
    const path = await cluster({ namespaces: ["shop-*"], exemptNamespaces: ["shop-test"] });
    const { image } = await bad();
    const decisions = [];
    for (const namespace of ["shop-eu", "shop-test", "blog"])
      decisions.push((await review(path, { namespace, images: [image] })).allowed);
    assert.deepEqual(decisions, [false, true, true]);
  });

  test("judges by the policies of the cluster's environment", async () => {
    await owner("POST", "/environments", { name: "eu" });
    await owner("POST", "/policies", {
      type: "non-root",
      title: "Only in eu",
      config: {},
      effect: "block",
      scope: { repositories: [], environments: ["eu"] },
    });
    const { image } = await seed({ results: ["met"] });
    assert.equal((await review(await cluster(), { images: [image] })).allowed, true);
    const path = await cluster({ environment: "eu" });
    await asEngine(server.parts.store, (tx) =>
      sql`delete from policy_result using policy_version v where v.policy_id = policy_result.policy_id
        and v.title = 'Only in eu'`.execute(tx),
    );
    const response = await review(path, { images: [image] });
    assert.equal(response.allowed, false);
    assert.match(response.status.message, /never-scanned: the policies of eu are being evaluated on it/);
    await sql`delete from environment where name = 'eu'`.execute(server.parts.store.engine);
    const gone = await review(path, { images: [(await seed({ results: ["met"] })).image] });
    assert.match(gone.status.message, /there is no environment eu any more/);
  });
});

describe("what is not known for bad", () => {
  const admitted = async (rules: object, image: string): Promise<[boolean, string]> => {
    const response = await review(await cluster(rules), { images: [image] });
    return [response.allowed, response.auditAnnotations.reasons ?? ""];
  };

  test("what nobody has analysed is told from what was judged, and is refused or let in by choice", async () => {
    const queued = await seed({ state: "queued" });
    for (const image of [unknownImage, "registry.example.com/acme/never:7", queued.image]) {
      const [isRefused, why] = await admitted({}, image);
      assert.equal(isRefused, false);
      assert.match(why, /never-scanned: /);
      assert.equal((await admitted({ unknownImages: "admit" }, image))[0], true);
    }
    assert.equal((await admitted({ unknownImages: "admit" }, (await bad()).image))[0], false);
  });

  test("old evidence is told from bad, and is refused or let in by choice", async () => {
    const { image, id } = await seed();
    await sql`update image set outdated_evaluation_id = evaluation_id, evaluation_id = null where id = ${id}`.execute(
      server.parts.store.engine,
    );
    const [isAllowed, why] = await admitted({}, image);
    assert.equal(isAllowed, false);
    assert.match(why, /outdated: it is being judged again/);
    assert.equal((await admitted({ oldEvidence: "admit" }, image))[0], true);
    const [fresh, judgedBad] = [await seed(), await bad()];
    await recordDatabase("2026-11-01T00:00:00Z");
    await eventually(async () => !(await admitted({}, fresh.image))[0], "the database is too old");
    assert.match((await admitted({}, fresh.image))[1], /stale: /);
    assert.equal((await admitted({ oldEvidence: "admit" }, fresh.image))[0], true);
    assert.equal((await admitted({ oldEvidence: "admit" }, judgedBad.image))[0], false);
    await recordDatabase("2026-11-22T00:00:00Z");
    await eventually(async () => (await admitted({}, fresh.image))[0], "the database is fresh again");
  });

  test("a tag is what the server's record says, and what is no reference is refused", async () => {
    assert.equal((await admitted({}, (await seed()).tagged))[0], true);
    assert.equal((await admitted({}, (await bad()).tagged))[0], false);
    const [isAllowed, why] = await admitted({ unknownImages: "admit", oldEvidence: "admit" }, "Not An Image");
    assert.equal(isAllowed, false);
    assert.match(why, /invalid: it is no reference/);
  });

  test("more containers than can be judged are refused", async () => {
    const images = Array.from({ length: 201 }, (_, at) => `registry.example.com/acme/x:${at}`);
    assert.equal((await review(await cluster(), { images })).allowed, false);
  });
});

/** An image that turned bad after it was let in. */
async function turned(path: string): Promise<string> {
  const { image, id } = await seed();
  assert.equal((await review(path, { images: [image] })).allowed, true);
  await sql`update image set verification = 'unverified' where id = ${id}`.execute(server.parts.store.engine);
  const other = await cluster();
  await eventually(async () => !(await review(other, { images: [image] })).allowed, "it is known for bad");
  return image;
}

describe("a restart", () => {
  test("of what was let into the namespace is admitted with a warning, a first deployment is not", async () => {
    const path = await cluster();
    const image = await turned(path);
    const response = await review(path, { images: [image] });
    assert.equal(response.allowed, true);
    assert.match(response.warnings[0], /is let in because it was before: unverified/);
    assert.equal((await review(path, { namespace: "blog", images: [image] })).allowed, false);
  });

  test("is judged like all others where the cluster's rules say so", async () => {
    const path = await cluster({ restarts: "judge" });
    const image = await turned(path);
    assert.equal((await review(path, { images: [image] })).allowed, false);
    assert.equal((await review(path, { operation: "UPDATE", images: [image] })).allowed, false);
  });

  test("is none after 30 days, nor after a dry run or a refusal", async () => {
    const path = await cluster();
    const image = await turned(path);
    const start = server.parts.clock();
    const longAgo = new Date(start.getTime() - 30 * 86_400_000);
    // Tables of clusters are closed to the worker's role.
    await inOrg(server.parts.store, server.orgs.acme, (tx) =>
      tx.updateTable("admitted_image").set({ seen_at: longAgo }).execute(),
    );
    assert.equal((await review(path, { images: [image] })).allowed, false);
    assert.equal((await review(path, { images: [image] })).allowed, false);
    const { image: fresh, id } = await seed();
    assert.equal((await review(path, { images: [fresh], dryRun: true })).allowed, true);
    await sql`update image set verification = 'unverified' where id = ${id}`.execute(
      server.parts.store.engine,
    );
    await eventually(
      async () => !(await review(path, { images: [fresh] })).allowed,
      "a dry run admits nothing",
    );
  });
});

describe("broken glass", () => {
  const glass = { "plimsoll/break-glass": "the shop is down, INC-7" };

  test("lets in what is stopped for those who may, with a row in the audit log and an event", async () => {
    const path = await cluster({ breakGlassGroups: ["sre"], restarts: "judge" });
    const { image } = await bad();
    assert.equal(
      (await review(path, { images: [image], annotations: glass })).allowed,
      false,
      "not in the group",
    );
    const groups = ["sre"];
    const noReason = { "plimsoll/break-glass": " " };
    assert.equal((await review(path, { images: [image], groups, annotations: noReason })).allowed, false);
    const before = (await audit()).length;
    const response = await review(path, { kind: "Deployment", images: [image], groups, annotations: glass });
    assert.deepEqual([response.allowed, response.auditAnnotations.decision], [true, "glass-broken"]);
    const [row, ...rest] = await audit();
    assert.equal(rest.length, before);
    assert.equal(row.action, "gate.glass-broken");
    assert.match(row.target, /^cluster-\d+\/shop$/);
    const { causes, ...after } = row.after;
    assert.deepEqual(after, {
      image,
      user: "ada@example.com",
      reason: "the shop is down, INC-7",
      workload: "Deployment app-6d4cf56db6-x2x7k",
    });
    assert.equal(causes[0].cause, "policy");
    const [event] = await events("gate.glass-broken");
    assert.match(event.title, /^ada@example\.com broke the glass for registry/);
    // Its pods are made by a controller, which is in no such group.
    const pods = { images: [image], groups: ["system:serviceaccounts"] };
    assert.equal((await review(path, pods)).allowed, true);
    const start = server.parts.clock();
    server.setNow(new Date(start.getTime() + 86_400_001));
    await recordDatabase("2026-11-23T00:00:00Z");
    assert.equal((await review(path, pods)).allowed, false);
    server.setNow(start);
  });

  test("is nothing where no group may, and leaves nothing of a dry run", async () => {
    const { image } = await bad();
    const asked = { images: [image], groups: ["sre"], annotations: glass };
    assert.equal((await review(await cluster(), asked)).allowed, false);
    const before = (await audit()).length;
    const path = await cluster({ breakGlassGroups: ["sre"], restarts: "judge" });
    assert.equal((await review(path, { ...asked, dryRun: true })).allowed, true);
    assert.equal((await audit()).length, before + 1, "the cluster's own row");
    assert.equal((await review(path, { images: [image] })).allowed, false);
  });
});

test("what is stopped is an event, once a day however often it is tried", async () => {
  const path = await cluster();
  const { image } = await bad();
  for (let round = 0; round < 3; round += 1) await review(path, { images: [image] });
  await review(path, { images: [image], dryRun: true });
  const stopped = (await events("gate.stopped")).filter(({ title }) => title.startsWith(image));
  assert.equal(stopped.length, 1);
  assert.match(stopped[0].title, /was not let into cluster-\d+\/shop$/);
});

test("a body that is no review is an error, and so is a cluster that is not there", async () => {
  const path = await cluster();
  const ask = (to: string, body: unknown): Promise<Answer> =>
    server.request("service:gate", "POST", `${to}/admission`, body);
  const old = { ...reviewOf({ images: [] }), apiVersion: "admission.k8s.io/v1beta1" };
  for (const body of [{}, [], old]) assert.equal((await ask(path, body)).json.code, "REQUEST_INVALID");
  const gone = `/orgs/acme/clusters/00000000-0000-4000-8000-000000000000`;
  assert.equal((await ask(gone, reviewOf({ images: [] }))).json.code, "NOT_FOUND");
});

test("over TLS, a hundred pods of one image are one decision", async () => {
  const path = await cluster();
  const { image } = await seed();
  const authority = makeAuthority();
  const tls = authority.issue("127.0.0.1");
  const listening = await listen(server.app, { host: "127.0.0.1", port: 0, tls });
  const { authorization = "" } = await server.credentials("service:gate");
  const headers = { authorization, "content-type": "application/json" };
  const send = (): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const url = { ...listening.address, path: `/api/v1${path}/admission`, ca: authority.cert };
      const sent = request({ ...url, method: "POST", headers, agent: false }, (answer) => {
        let text = "";
        answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
        answer.on("end", () => resolve(JSON.parse(text).response.allowed));
      });
      sent.on("error", reject);
      sent.end(JSON.stringify(reviewOf({ images: [image] })));
    });
  const cache = decisionCacheOf(server.parts);
  const before = cache.made();
  try {
    for (let round = 0; round < 4; round += 1) {
      const allowed = await Promise.all(Array.from({ length: 25 }, send));
      assert.ok(allowed.every((one) => one));
    }
  } finally {
    await listening.close(true);
  }
  assert.equal(cache.made(), before + 1);
});
