/** Images judged anew: what turns a verdict, what is told of it, and what changes nothing. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  buildImage,
  buildIndex,
  manifestDescriptor,
  type BuiltImage,
} from "../../../test/helpers/oci-image.ts";
import {
  eventsOf,
  imageOf,
  npmImage,
  npmLayer,
  osvRecord,
  type TestWorker,
  type VerdictRow,
  verdictsOf,
  withWorker,
} from "../../../test/helpers/worker.ts";
import { asEngine, inOrg, outsideOrg } from "../../store/in-org.ts";
import { insertAccount } from "../../store/stores/accounts.ts";
import { requestEvaluations, requestOutdated } from "../../store/stores/evaluation-requests.ts";
import { compressDocument } from "../../store/stores/image-documents.ts";
import { decideException, insertException, withdrawException } from "../../store/stores/exceptions.ts";
import { judgeImage } from "../evaluation/judge-image.ts";
import { loadSources } from "../evaluation/load-sources.ts";
import { recordVerdict } from "../evaluation/record-verdict.ts";
import { changePolicy, deletePolicy, lockPolicy } from "../../store/stores/policies.ts";

const severity = {
  type: "severity",
  title: "Nothing critical",
  config: { severities: ["CRITICAL"], fixable_only: true },
};
const approved = (...patterns: readonly string[]) => ({
  type: "approved-base-images",
  title: "Approved bases",
  config: { allowed_base_images: patterns, allowed_distros_only: false },
});

/** A worker with one image that has a critical finding. */
async function pushAffected(worker: TestWorker): Promise<string> {
  await worker.addPolicy(severity);
  await worker.publish([osvRecord("CVE-2026-1", "left", "1.0.1")]);
  await worker.push(npmImage(["left@1.0.0", "right@1.0.0"]), "acme/app:1");
  await worker.work();
  return (await imageOf(worker)).id;
}

function last(verdicts: readonly VerdictRow[]): VerdictRow {
  const verdict = verdicts.at(-1);
  assert.ok(verdict);
  return verdict;
}

interface Asked {
  readonly kind?: "false_positive" | "accepted_risk";
  readonly expiresAt?: Date | null;
  readonly repository?: string | null;
}

/** Asked for by one account, approved by another. */
async function except(
  worker: TestWorker,
  { kind = "false_positive", expiresAt = null, repository = null }: Asked = {},
) {
  const { store } = worker.database;
  const { id: orgId } = worker.org;
  const people = await Promise.all(
    ["dev", "sec"].map(async (name) => {
      const account = { name, displayName: name, passwordHash: null, isAdministrator: false };
      return { id: (await outsideOrg(store, (tx) => insertAccount(tx, account))) ?? "", name };
    }),
  );
  const [dev, sec] = people;
  return inOrg(store, orgId, async (tx) => {
    const { id } = await insertException(
      tx,
      orgId,
      {
        vulnerability: "CVE-2026-1",
        kind,
        justification: kind === "false_positive" ? "vulnerable_code_not_present" : null,
        reason: "not reachable",
        scope: { repository, digest: null, purl: null },
        expiresAt,
      },
      dev!,
    );
    await decideException(tx, orgId, id, { state: "approved", by: sec!, note: "", now: worker.now });
    await requestEvaluations(tx, worker.context.queue, orgId, { vulnerability: "CVE-2026-1" });
    return id;
  });
}

function evaluateAgain({ context, org, run }: TestWorker, image: string): Promise<void> {
  assert.ok(context);
  return run("evaluate", { org: org.id, image });
}

describe("an exception", () => {
  it("turns the verdict when it is approved, and back when it is withdrawn, each with its cause", async () => {
    await withWorker(async (worker) => {
      const image = await pushAffected(worker);
      const exception = await except(worker);
      await worker.work();
      const turned = last(await verdictsOf(worker, image));
      assert.deepEqual([turned.status, turned.critical, turned.suppressed], ["met", 0, 1]);
      assert.deepEqual(turned.causes, [
        {
          kind: "exception",
          exception,
          change: "applied",
          text: "CVE-2026-1 in left: false positive, approved by sec",
        },
      ]);
      const { engine } = worker.database.store;
      const labels = await engine.selectFrom("labelled_finding").select(["status", "exception_id"]).execute();
      assert.deepEqual(labels, [{ status: "not_affected", exception_id: exception }]);

      const { org, context } = worker;
      await inOrg(worker.database.store, org.id, async (tx) => {
        await withdrawException(tx, org.id, exception, "approved");
        await requestEvaluations(tx, context.queue, org.id, { vulnerability: "cve-2026-1" });
      });
      await worker.work();
      const back = last(await verdictsOf(worker, image));
      assert.deepEqual([back.status, back.critical, back.suppressed], ["not_met", 1, 0]);
      assert.deepEqual(
        back.causes.map(({ text }) => text),
        ["An exception was withdrawn for CVE-2026-1 in left"],
      );
      assert.deepEqual(await engine.selectFrom("labelled_finding").selectAll().execute(), []);
      assert.deepEqual(await eventsOf(worker, "verdict.changed"), [
        "verdict.changed: acme/app:1 meets “Nothing critical” now: CVE-2026-1 in left: false positive, approved by sec",
        "verdict.changed: acme/app:1 no longer meets “Nothing critical”: An exception was withdrawn for CVE-2026-1 in left",
      ]);
    });
  });

  it("ends by itself, once", async () => {
    await withWorker(async (worker) => {
      const image = await pushAffected(worker);
      await except(worker, { kind: "accepted_risk", expiresAt: new Date(worker.now.getTime() + 3_600_000) });
      await worker.work();
      assert.equal(last(await verdictsOf(worker, image)).status, "met");
      await worker.run("expire", {});
      await worker.work();
      assert.equal(last(await verdictsOf(worker, image)).status, "met");
      worker.now = new Date(worker.now.getTime() + 3_600_000);
      await worker.run("expire", {});
      await worker.run("expire", {});
      await worker.work();
      const ended = last(await verdictsOf(worker, image));
      assert.equal(ended.status, "not_met");
      assert.deepEqual(
        ended.causes.map(({ text }) => text),
        ["An exception has expired for CVE-2026-1 in left"],
      );
      assert.equal((await eventsOf(worker, "exception.expired")).length, 1);
    });
  });

  const scopes: readonly (readonly [name: string, repository: string, status: string])[] = [
    ["its own repository", "acme/app", "met"],
    ["another repository", "acme/other", "not_met"],
  ];
  for (const [name, repository, status] of scopes) {
    it(`about ${name}: ${status}`, async () => {
      await withWorker(async (worker) => {
        const image = await pushAffected(worker);
        await except(worker, { repository: `${worker.registry.host}/${repository}` });
        await worker.work();
        assert.equal(last(await verdictsOf(worker, image)).status, status);
      });
    });
  }
});

describe("a policy", () => {
  it("that is changed or deleted is a cause", async () => {
    await withWorker(async (worker) => {
      const image = await pushAffected(worker);
      const { store } = worker.database;
      const { org, context } = worker;
      const [policy] = await store.engine.selectFrom("policy").select("id").execute();
      await inOrg(store, org.id, async (tx) => {
        const known = await lockPolicy(tx, org.id, policy!.id);
        const content = { ...known!, config: { severities: ["LOW"], fixable_only: true } };
        await changePolicy(tx, org.id, { id: policy!.id, version: 1 }, content, "test");
        await requestEvaluations(tx, context.queue, org.id, { counting: true });
      });
      await worker.work();
      const changed = last(await verdictsOf(worker, image));
      assert.equal(changed.status, "met");
      assert.deepEqual(
        changed.causes.map(({ kind, text }) => [kind, text]),
        [["policy", "The policy “Nothing critical” was changed (version 2)"]],
      );
      await inOrg(store, org.id, async (tx) => {
        await deletePolicy(tx, org.id, policy!.id);
        await requestEvaluations(tx, context.queue, org.id, { counting: true });
      });
      await worker.work();
      const without = last(await verdictsOf(worker, image));
      assert.deepEqual([without.status, without.results, without.grade], ["no_data", [], null]);
      assert.deepEqual(
        without.causes.map(({ text }) => text),
        ["The policy “Nothing critical” does not apply any more"],
      );
    });
  });

  const scopes: readonly (readonly [name: string, repositories: readonly string[], counts: number])[] = [
    ["all repositories", [], 1],
    ["a pattern that fits", ["*/acme/*"], 1],
    ["a pattern that does not", ["*/other/*"], 0],
  ];
  for (const [name, repositories, count] of scopes) {
    it(`for ${name} judges ${count} times`, async () => {
      await withWorker(async (worker) => {
        await worker.addPolicy({ type: "non-root", scope: { repositories, environments: [] } });
        await worker.push(npmImage(["left@1.0.0"]), "acme/app:1");
        await worker.work();
        const { id } = await imageOf(worker);
        assert.equal(last(await verdictsOf(worker, id)).results.length, count);
      });
    });
  }

  it("that cannot be used has no data, and the others are judged", async () => {
    await withWorker(async (worker) => {
      await worker.addPolicy({ type: "gone-with-its-plug-in", title: "Old" });
      await worker.addPolicy({ type: "severity", title: "Broken", config: { severities: "all" } });
      await worker.addPolicy({ type: "non-root", title: "Sound" });
      await worker.push(npmImage(["left@1.0.0"]), "acme/app:1");
      await worker.work();
      const { results } = last(await verdictsOf(worker, (await imageOf(worker)).id));
      assert.deepEqual(
        results.map(({ title, status }) => `${title} ${status}`),
        ["Broken no_data", "Old no_data", "Sound met"],
      );
    });
  });
});

describe("an evaluation", () => {
  it("that finds what is stored already writes nothing and asks no registry", async () => {
    await withWorker(async (worker) => {
      const image = await pushAffected(worker);
      const before = await verdictsOf(worker, image);
      const requests = worker.registry.requests.length;
      await evaluateAgain(worker, image);
      worker.now = new Date(worker.now.getTime() + 86_400_000);
      await evaluateAgain(worker, image);
      assert.deepEqual(await verdictsOf(worker, image), before);
      assert.equal(worker.registry.requests.length, requests);
    });
  });

  it("of an image whose document cannot be read any more has it analysed again", async () => {
    await withWorker(async (worker) => {
      const image = await pushAffected(worker);
      const { engine } = worker.database.store;
      const older = await compressDocument(Buffer.from('{"format":0}'));
      await engine.updateTable("image_document").set({ body: older }).execute();
      await evaluateAgain(worker, image);
      assert.deepEqual(
        worker.waiting.map(({ kind }) => kind),
        ["analyse"],
      );
      await worker.work();
      await evaluateAgain(worker, image);
      assert.deepEqual(worker.waiting, []);
      assert.equal((await verdictsOf(worker, image)).length, 1);
    });
  });

  it("of an image that is gone or not analysed is none", async () => {
    await withWorker(async (worker) => {
      await worker.push(npmImage(["left@1.0.0"]), "acme/app:1");
      const { id } = await imageOf(worker);
      await evaluateAgain(worker, id);
      await evaluateAgain(worker, "00000000-0000-4000-8000-000000000000");
      assert.deepEqual(await verdictsOf(worker, id), []);
    });
  });

  it("comes daily for the images that count, because days count", async () => {
    await withWorker(async (worker) => {
      await worker.addPolicy({ ...severity, config: { ...severity.config, grace_period_days: 30 } });
      await worker.publish([osvRecord("CVE-2026-1", "left", "1.0.1")]);
      await worker.push(npmImage(["left@1.0.0"]), "acme/app:1");
      await worker.work();
      const { id } = await imageOf(worker);
      await worker.run("expire", {});
      await worker.run("expire", {});
      assert.equal(worker.waiting.length, 1, "once a day");
      await worker.work();
      assert.equal(last(await verdictsOf(worker, id)).status, "met");
      worker.now = new Date("2027-01-15T00:00:00Z");
      await worker.run("expire", {});
      await worker.work();
      const verdict = last(await verdictsOf(worker, id));
      assert.equal(verdict.status, "not_met");
      assert.deepEqual(
        verdict.causes.map(({ kind }) => kind),
        ["time"],
      );
    });
  });
});

describe("the base image", () => {
  const base = buildImage({ layers: [npmLayer("base@1.0.0")], created: "2026-01-01T00:00:00Z" });
  const app = buildImage({
    layers: [npmLayer("base@1.0.0"), npmLayer("left@1.0.0")],
    created: "2026-02-01T00:00:00Z",
  });

  const orders: readonly (readonly [name: string, order: readonly (readonly [BuiltImage, string])[]])[] = [
    [
      "the base was pushed first",
      [
        [base, "acme/dhi-python:3"],
        [app, "acme/app:1"],
      ],
    ],
    [
      "the application was pushed first",
      [
        [app, "acme/app:1"],
        [base, "acme/dhi-python:3"],
      ],
    ],
  ];
  for (const [name, order] of orders) {
    it(`counts by its layers when ${name}`, async () => {
      await withWorker(async (worker) => {
        await worker.addPolicy(approved(`${worker.registry.host}/acme/dhi-*`));
        for (const [image, reference] of order) {
          await worker.push(image, reference);
          await worker.work();
        }
        const { id } = await imageOf(worker, app.manifestDigest);
        assert.equal(last(await verdictsOf(worker, id)).status, "met");
        const { engine } = worker.database.store;
        const layers = await engine
          .selectFrom("layer")
          .where("image_id", "=", id)
          .select("from_base")
          .orderBy("index")
          .execute();
        assert.deepEqual(
          layers.map(({ from_base: isBase }) => isBase),
          [true, false],
        );
        const row = await engine
          .selectFrom("image")
          .where("id", "=", id)
          .select("base")
          .executeTakeFirstOrThrow();
        assert.deepEqual(
          [row.base?.name, row.base?.tag, row.base?.digest, row.base?.evidence],
          [`${worker.registry.host}/acme/dhi-python`, "3", base.manifestDigest, "layers"],
        );
      });
    });
  }

  it("is not met by a claim", async () => {
    await withWorker(async (worker) => {
      await worker.addPolicy(approved(`${worker.registry.host}/acme/dhi-*`));
      const name = `${worker.registry.host}/acme/dhi-python:3`;
      const claims = { "org.opencontainers.image.base.name": name };
      const forged = buildImage({
        layers: [npmLayer("evil@1.0.0")],
        config: { Labels: claims },
        annotations: claims,
      });
      await worker.push(base, "acme/dhi-python:3");
      await worker.push(forged, "acme/app:1");
      await worker.work();
      const { results } = last(await verdictsOf(worker, (await imageOf(worker, forged.manifestDigest)).id));
      assert.deepEqual(results[0], {
        title: "Approved bases",
        status: "no_data",
        reason: "base only claimed",
      });
    });
  });

  it("is not the earlier build of the same repository, and none of two equal builds", async () => {
    await withWorker(async (worker) => {
      await worker.addPolicy(approved(`${worker.registry.host}/acme/dhi-*`));
      const rebuilt = buildImage({
        layers: [npmLayer("base@1.0.0"), npmLayer("left@1.0.0")],
        config: { Labels: { commit: "2" } },
        created: "2026-03-01T00:00:00Z",
      });
      await worker.push(base, "acme/dhi-python:3");
      await worker.push(app, "acme/app:1");
      await worker.push(rebuilt, "acme/app:2");
      await worker.work();
      for (const { manifestDigest } of [app, rebuilt]) {
        const { id } = await imageOf(worker, manifestDigest);
        assert.equal(last(await verdictsOf(worker, id)).status, "met");
      }
      // Nor is a copy elsewhere the base of the other build.
      await worker.push(rebuilt, "acme/copy:2");
      await worker.work();
      const { id } = await imageOf(worker, app.manifestDigest);
      assert.equal(last(await verdictsOf(worker, id)).status, "met");
    });
  });

  it("is an image with all of the layers when the build goes on where it ended", async () => {
    await withWorker(async (worker) => {
      await worker.addPolicy(approved(`${worker.registry.host}/acme/dhi-*`));
      const step = (created_by: string, empty_layer = false) => ({ created_by, empty_layer });
      const layers = [npmLayer("base@1.0.0")];
      const whole = buildImage({ layers, history: [step("ADD root"), step('CMD ["python"]', true)] });
      const configured = buildImage({
        layers,
        config: { User: "1000" },
        history: [step("ADD root"), step('CMD ["python"]', true), step("USER 1000", true)],
      });
      const sibling = buildImage({
        layers,
        config: { Labels: { stage: "test" } },
        history: [step("ADD root"), step("LABEL stage=test", true)],
      });
      await worker.push(whole, "acme/dhi-python:3");
      await worker.push(configured, "acme/app:1");
      await worker.push(sibling, "acme/sibling:1");
      await worker.work();
      const statuses: string[] = [];
      for (const image of [configured, sibling, whole]) {
        const { id } = await imageOf(worker, image.manifestDigest);
        statuses.push(last(await verdictsOf(worker, id)).status);
      }
      assert.deepEqual(statuses, ["met", "no_data", "no_data"]);
    });
  });

  it("has the name of a repository in which it was found, not of one that a notification claims", async () => {
    await withWorker(async (worker) => {
      await worker.addPolicy(approved(`${worker.registry.host}/acme/dhi-*`));
      await worker.push(base, "acme/unapproved:1");
      await worker.tell({ reference: "acme/dhi-python:3", digest: base.manifestDigest });
      await worker.work();
      await worker.push(app, "acme/app:1");
      await worker.work();
      const { id } = await imageOf(worker, app.manifestDigest);
      assert.equal(last(await verdictsOf(worker, id)).status, "not_met");
    });
  });

  it("of an index is known by the digest of the index, and moves on with its tag", async () => {
    await withWorker(async (worker) => {
      await worker.addPolicy({ type: "up-to-date-base", title: "Up to date" });
      const index = buildIndex([manifestDescriptor(base)]);
      worker.registry.addImage("acme/dhi-python", "child", base);
      worker.registry.addManifest("acme/dhi-python", "3", index.bytes, index.mediaType);
      await worker.tell({ reference: "acme/dhi-python:3", digest: index.digest, isIndex: true });
      await worker.push(app, "acme/app:1");
      await worker.work();
      const { id } = await imageOf(worker, app.manifestDigest);
      assert.equal(last(await verdictsOf(worker, id)).status, "met");
      const requests = worker.registry.requests.length;
      await worker.push(buildImage({ layers: [npmLayer("base@2.0.0")] }), "acme/dhi-python:3");
      await worker.work();
      const moved = last(await verdictsOf(worker, id));
      assert.equal(moved.status, "not_met");
      assert.match(moved.causes[0]?.text ?? "", /acme\/dhi-python:3 has moved on$/);
      const asked = worker.registry.requests
        .slice(requests)
        .filter(({ url }) => url.endsWith("/manifests/3"));
      // By the analysis of the push, which looks whether the tag was moved indeed.
      assert.equal(asked.length, 1, "to judge, what was told is not asked for");
    });
  });

  it("of another organisation is unknown", async () => {
    await withWorker(async (worker) => {
      await worker.addPolicy(approved("*"));
      const other = await worker.addOrg("other");
      await worker.push(base, "acme/dhi-python:3", other);
      await worker.push(app, "acme/app:1");
      await worker.work();
      const { id } = await imageOf(worker, app.manifestDigest);
      assert.equal(last(await verdictsOf(worker, id)).status, "no_data");
    });
  });
});

describe("an image that does not count", () => {
  /** The first of two images that had the tag, and its only verdict, by which it is met. */
  async function leaveBehind(worker: TestWorker) {
    await worker.addPolicy(severity);
    await worker.publish([osvRecord("CVE-2026-9", "elsewhere", "1.0.1")]);
    const first = npmImage(["left@1.0.0"]);
    await worker.push(first, "acme/app:1");
    await worker.work();
    await worker.push(npmImage(["right@1.0.0"]), "acme/app:1");
    await worker.work();
    const { id } = await imageOf(worker, first.manifestDigest);
    return { id, digest: first.manifestDigest };
  }
  const evaluationOf = async (worker: TestWorker, digest: string): Promise<string | null> =>
    (await imageOf(worker, digest)).evaluation_id;
  const request = (worker: TestWorker, which: Parameters<typeof requestEvaluations>[3]) =>
    asEngine(worker.database.store, (tx) =>
      requestEvaluations(tx, worker.context.queue, worker.org.id, which),
    );

  it("has no verdict once the database has changed, and a new one as soon as its tag moves back", async () => {
    await withWorker(async (worker) => {
      const { id, digest } = await leaveBehind(worker);
      assert.equal(last(await verdictsOf(worker, id)).status, "met");
      await worker.publish([osvRecord("CVE-2026-1", "left", "1.0.1")]);
      await worker.work();
      assert.equal((await verdictsOf(worker, id)).length, 1);
      assert.equal(await evaluationOf(worker, digest), null);
      await worker.tell({ reference: "acme/app:1", digest });
      assert.equal(await evaluationOf(worker, digest), null);
      // Not even the registry is needed for that.
      worker.registry.faults.push(() => true);
      const asked = worker.waiting.filter(({ kind }) => kind === "evaluate");
      assert.deepEqual(
        asked.map(({ payload }) => payload),
        [{ org: worker.org.id, image: id }],
      );
      await worker.run("evaluate", asked[0]!.payload);
      const verdict = last(await verdictsOf(worker, id));
      assert.equal(verdict.status, "not_met");
      assert.notEqual(await evaluationOf(worker, digest), null);
    });
  });

  it("has no verdict once a policy has changed, and the same one again where that says the same", async () => {
    await withWorker(async (worker) => {
      const { id, digest } = await leaveBehind(worker);
      const before = await evaluationOf(worker, digest);
      assert.equal(await request(worker, { counting: true }), 1);
      assert.equal(await request(worker, { counting: true }), 1);
      assert.equal(await evaluationOf(worker, digest), null);
      await evaluateAgain(worker, id);
      assert.equal(await evaluationOf(worker, digest), before);
      assert.equal((await verdictsOf(worker, id)).length, 1);
    });
  });

  it("keeps its verdict when what changed is not about it", async () => {
    await withWorker(async (worker) => {
      const { digest } = await leaveBehind(worker);
      await worker.publish([osvRecord("CVE-2026-1", "right", "1.0.1")]);
      await request(worker, { vulnerability: "CVE-2026-1" });
      assert.notEqual(await evaluationOf(worker, digest), null);
    });
  });

  it("gets no verdict from what was read before the change", async () => {
    await withWorker(async (worker) => {
      const { id, digest } = await leaveBehind(worker);
      const { context, org, now } = worker;
      for (const round of ["with a verdict", "without one"]) {
        const sources = (await loadSources(context, org.id, id, { now, known: null }))!;
        const judgement = await judgeImage(context, sources, {
          orgId: org.id,
          now,
          resolveTag: () => Promise.resolve({ reason: "nobody asks" }),
        });
        const facts = { ...judgement.base, reason: `another one ${round}` };
        await request(worker, { counting: true });
        const record = { orgId: org.id, now, judgement: { ...judgement, base: facts } };
        assert.equal(await recordVerdict(context, sources, record), "overtaken", round);
        assert.equal(await evaluationOf(worker, digest), null, round);
      }
    });
  });

  it("is judged when an exception is about the index that it came in", async () => {
    await withWorker(async (worker) => {
      await worker.addPolicy(severity);
      await worker.publish([osvRecord("CVE-2026-1", "left", "1.0.1")]);
      const image = npmImage(["left@1.0.0"]);
      const index = buildIndex([manifestDescriptor(image)]);
      worker.registry.addImage("acme/app", "child", image);
      worker.registry.addManifest("acme/app", "1", index.bytes, index.mediaType);
      await worker.tell({ reference: "acme/app:1", digest: index.digest, isIndex: true });
      await worker.work();
      await worker.push(npmImage(["right@1.0.0"]), "acme/app:1");
      await worker.work();
      const { id } = await imageOf(worker, image.manifestDigest);
      assert.equal(await request(worker, { vulnerability: "CVE-2026-1", digest: index.digest }), 1);
      assert.deepEqual(worker.waiting.at(-1)?.payload, { org: worker.org.id, image: id });
      assert.equal(await request(worker, { vulnerability: "CVE-2026-1" }), 0);
      await asEngine(worker.database.store, (tx) =>
        requestOutdated(tx, worker.context.queue, worker.org.id, { pushedDigest: index.digest }),
      );
      assert.deepEqual(worker.waiting.at(-1)?.payload, { org: worker.org.id, image: id });
    });
  });
});
