/** New vulnerability databases: what they turn without anything being pulled, and what they leave alone. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { buildImage } from "../../test/helpers/oci-image.ts";
import { file } from "../../test/helpers/oci-tar.ts";
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
} from "../../test/helpers/worker.ts";
import { matchingId } from "../analysis/matching-id.ts";
import { inOrg, outsideOrg } from "../store/in-org.ts";
import { insertAccount } from "../store/stores/accounts.ts";
import { findAppliedParts, recordAppliedParts } from "../store/stores/database-parts.ts";
import { findDatabaseState } from "../store/stores/database-state.ts";
import { applyDatabase, type Applied, type ApplyOptions } from "./apply-database.ts";
import { lookAtDatabase } from "./watch-database.ts";

const noCritical = {
  type: "severity",
  title: "Nothing critical",
  config: { severities: ["CRITICAL"], fixable_only: true },
};
const unrelated = osvRecord("CVE-2026-9", "unrelated", "9.0.0");
const critical = osvRecord("CVE-2026-1234", "left", "1.0.1");
/** tokio 0.2.18 is affected by it in truth. */
const wrong = {
  ...osvRecord("RUSTSEC-2021-0124", "tokio", "0.2.0"),
  affected: [
    {
      package: { ecosystem: "crates.io", name: "tokio" },
      ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "0.2.0" }] }],
    },
  ],
};

/** One image with a policy, judged by a database that says nothing of it. */
async function pushClean(worker: TestWorker): Promise<string> {
  await worker.addPolicy(noCritical);
  await worker.publish([unrelated]);
  await worker.work();
  await worker.push(npmImage(["left@1.0.0", "right@1.0.0"]), "acme/my-app:1.2");
  await worker.work();
  return (await imageOf(worker)).id;
}

function apply(worker: TestWorker, more: Partial<ApplyOptions> = {}): Promise<Applied> {
  const { store, queue, config, clock } = worker.context;
  const { signal } = new AbortController();
  return applyDatabase({ store, queue, dir: config.databaseDir, now: clock, signal, ...more });
}

function texts(verdict: VerdictRow | undefined): readonly string[] {
  return verdict?.causes.map(({ text }) => text) ?? [];
}

describe("a new advisory", () => {
  it("turns the verdict with its cause, once, and nothing is pulled", async () => {
    await withWorker(async (worker) => {
      const image = await pushClean(worker);
      const requests = worker.registry.requests.length;
      await worker.publish([unrelated, critical]);
      await worker.work();
      await worker.publish([unrelated, critical]);
      await worker.work();
      const verdicts = await verdictsOf(worker, image);
      assert.deepEqual(
        verdicts.map(({ status, critical: count }) => [status, count]),
        [
          ["met", 0],
          ["not_met", 1],
        ],
      );
      assert.deepEqual(verdicts[1]?.causes, [
        {
          kind: "advisory",
          change: "new",
          vulnerability: "CVE-2026-1234",
          purl: "pkg:npm/left@1.0.0",
          text: "CVE-2026-1234 in left was published",
        },
      ]);
      assert.deepEqual(await eventsOf(worker, "verdict.changed"), [
        "verdict.changed: acme/my-app:1.2 no longer meets “Nothing critical”: CVE-2026-1234 in left was published",
      ]);
      assert.equal(worker.registry.requests.length, requests);
      assert.equal((await eventsOf(worker, "database.updated")).length, 2);
    });
  });

  it("is told to every member by a notice, and to the webhooks that want it, once each", async () => {
    await withWorker(async (worker) => {
      await pushClean(worker);
      const { store } = worker.database;
      const { id: orgId } = worker.org;
      const account = { name: "ada", displayName: "Ada", passwordHash: null, isAdministrator: false };
      const ada = (await outsideOrg(store, (tx) => insertAccount(tx, account))) ?? "";
      const wanted: readonly (readonly [name: string, events: string[], enabled: boolean])[] = [
        ["everything", [], true],
        ["verdicts", ["verdict.changed"], true],
        ["exceptions", ["exception.requested"], true],
        ["off", [], false],
      ];
      await inOrg(store, orgId, async (tx) => {
        await tx.insertInto("member").values({ org_id: orgId, account_id: ada, role: "viewer" }).execute();
        for (const [name, events, enabled] of wanted) {
          const webhook = { org_id: orgId, name, url: "https://example.com", secret_sealed: randomBytes(8) };
          await tx
            .insertInto("webhook")
            .values({ ...webhook, events, enabled })
            .execute();
        }
      });
      await worker.publish([unrelated, critical]);
      const deliveries = worker.context.queue;
      const sent: string[] = [];
      Object.assign(worker.context, {
        queue: {
          send: (...[tx, jobs]: Parameters<typeof deliveries.send>) => {
            for (const { kind, key } of jobs) if (kind === "deliver") sent.push(key);
            return deliveries.send(tx, jobs);
          },
        },
      });
      await worker.work();
      const rows = await store.engine
        .selectFrom("delivery")
        .innerJoin("webhook", "webhook.id", "delivery.webhook_id")
        .innerJoin("event", "event.id", "delivery.event_id")
        .select(["webhook.name", "event.kind"])
        .orderBy("webhook.name")
        .execute();
      assert.deepEqual(rows, [
        { name: "everything", kind: "verdict.changed" },
        { name: "verdicts", kind: "verdict.changed" },
      ]);
      assert.equal(sent.length, 2);
      const notices = await store.engine.selectFrom("notice").select("account_id").execute();
      assert.deepEqual(notices, [{ account_id: ada }]);
    });
  });

  it("that is taken back turns it again", async () => {
    await withWorker(async (worker) => {
      const image = await pushClean(worker);
      for (const records of [[unrelated, critical], [unrelated]]) {
        await worker.publish(records);
        await worker.work();
      }
      const verdicts = await verdictsOf(worker, image);
      assert.deepEqual(
        verdicts.map(({ status }) => status),
        ["met", "not_met", "met"],
      );
      assert.deepEqual(texts(verdicts[2]), ["CVE-2026-1234 in left does not apply any more"]);
    });
  });

  const changes: readonly (readonly [name: string, before: object, after: object, text: string])[] = [
    [
      "is rated otherwise",
      osvRecord("CVE-2026-1234", "left", "1.0.1", "LOW"),
      critical,
      "CVE-2026-1234 in left is rated critical now, low before",
    ],
    [
      "has a fix now",
      osvRecord("CVE-2026-1234", "left", null),
      critical,
      "CVE-2026-1234 in left is fixed in 1.0.1",
    ],
  ];
  for (const [name, before, after, text] of changes) {
    it(`that ${name} is a cause`, async () => {
      await withWorker(async (worker) => {
        const image = await pushClean(worker);
        for (const record of [before, after]) {
          await worker.publish([unrelated, record]);
          await worker.work();
        }
        const verdict = (await verdictsOf(worker, image)).at(-1);
        assert.equal(verdict?.status, "not_met");
        assert.deepEqual(texts(verdict), [text]);
      });
    });
  }

  it("that turns no status is told as changed findings", async () => {
    await withWorker(async (worker) => {
      const image = await pushClean(worker);
      await worker.publish([unrelated, osvRecord("CVE-2026-5", "right", "2.0.0", "LOW")]);
      await worker.work();
      assert.equal((await verdictsOf(worker, image)).length, 2);
      assert.deepEqual(await eventsOf(worker, "verdict.changed"), []);
      assert.deepEqual(await eventsOf(worker, "findings.changed"), [
        "findings.changed: acme/my-app:1.2 has 1 new finding: CVE-2026-5 in right was published",
      ]);
    });
  });

  it("turns the images of every organisation that holds the package, and tells each of its own", async () => {
    await withWorker(async (worker) => {
      await pushClean(worker);
      const other = await worker.addOrg("other");
      await worker.addPolicy(noCritical, other);
      await worker.push(npmImage(["left@1.0.0"]), "other/thing:7", other);
      const third = await worker.addOrg("third");
      await worker.push(npmImage(["right@1.0.0"]), "third/thing:1", third);
      await worker.work();
      await worker.publish([unrelated, critical]);
      await worker.work();
      assert.equal((await eventsOf(worker, "verdict.changed")).length, 1);
      assert.match(
        (await eventsOf({ ...worker, org: other }, "verdict.changed")).join(),
        /other\/thing:7 no longer/,
      );
      assert.deepEqual(await eventsOf({ ...worker, org: third }, "verdict.changed"), []);
      assert.equal((await eventsOf({ ...worker, org: third }, "database.updated")).length, 1);
    });
  });

  it("does not turn what does not count: an older tag that runs nowhere", async () => {
    await withWorker(async (worker) => {
      const old = await pushClean(worker);
      await worker.push(npmImage(["left@1.0.0"], "newer"), "acme/my-app:1.3");
      await worker.work();
      await worker.publish([unrelated, critical]);
      await worker.work();
      assert.equal((await verdictsOf(worker, old)).length, 1);
      assert.match(
        (await eventsOf(worker, "verdict.changed")).join(),
        /^verdict\.changed: acme\/my-app:1\.3 /,
      );
    });
  });
});

describe("a database", () => {
  it("is compared only where it differs", async () => {
    await withWorker(async (worker) => {
      const python = file(
        "usr/lib/python3/dist-packages/flask-1.0.dist-info/METADATA",
        "Name: flask\nVersion: 1.0\n",
      );
      const image = buildImage({ layers: [npmLayer("left@1.0.0"), { entries: [python] }] });
      const pypi = osvRecord("PYSEC-1", "flask", "0.5");
      pypi.affected[0]!.package.ecosystem = "PyPI";
      pypi.affected[0]!.ranges[0]!.type = "ECOSYSTEM";
      await worker.publish([unrelated, pypi]);
      await worker.work();
      await worker.push(image, "acme/app:1");
      await worker.work();
      await worker.publish([unrelated, critical, pypi]);
      worker.waiting.length = 0;
      const applied = await apply(worker);
      assert.deepEqual([applied.compared, applied.carried, applied.changed], [1, 1, 1]);
      const again = await apply(worker);
      assert.deepEqual([again.compared, again.carried, again.changed], [0, 0, 0]);
      const rows = await worker.database.store.engine.selectFrom("package").select("matched_with").execute();
      assert.deepEqual(
        rows.map(({ matched_with: digest }) => digest),
        [matchingId(applied.digest), matchingId(applied.digest)],
      );
    });
  });

  it("that rates a vulnerability otherwise turns the severity of findings, and compares no other package", async () => {
    await withWorker(async (worker) => {
      const image = await pushClean(worker);
      const { severity, ...unrated } = critical;
      void severity;
      const nvd = (vectorString: string) => ({
        format: "NVD_CVE",
        vulnerabilities: [
          {
            cve: {
              id: "CVE-2026-1234",
              lastModified: "2026-11-20T00:00:00.000",
              metrics: { cvssMetricV31: [{ source: "nvd@nist.gov", cvssData: { vectorString } }] },
            },
          },
        ],
      });
      const low = "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N";
      const critical31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
      await worker.publish([unrelated, unrated, nvd(low)]);
      await worker.work();
      await worker.publish([unrelated, unrated, nvd(critical31)]);
      worker.waiting.length = 0;
      const applied = await apply(worker);
      assert.deepEqual([applied.compared, applied.carried, applied.changed], [1, 1, 1]);
      await worker.work();
      const verdict = (await verdictsOf(worker, image)).at(-1);
      assert.deepEqual([verdict?.status, verdict?.critical], ["not_met", 1]);
      assert.deepEqual(texts(verdict), ["CVE-2026-1234 in left is rated critical now, low before"]);
      const rows = await worker.database.store.engine
        .selectFrom("finding")
        .select(["severity", "body"])
        .execute();
      assert.deepEqual(
        rows.map(({ severity: word, body }) => [word, body.rating?.source]),
        [["critical", "NVD"]],
      );
    });
  });

  it("whose application was interrupted is applied to the end by the next run", async () => {
    await withWorker(async (worker) => {
      const image = await pushClean(worker);
      await worker.publish([unrelated, critical, osvRecord("CVE-2026-2", "right", "1.0.1")]);
      worker.waiting.length = 0;
      const abort = new AbortController();
      let batches = 0;
      const { queue } = worker.context;
      const breaking = {
        send: (...args: Parameters<typeof queue.send>) => {
          batches += 1;
          abort.abort(new Error("the worker ends"));
          return queue.send(...args);
        },
      };
      await assert.rejects(apply(worker, { batchSize: 1, queue: breaking, signal: abort.signal }));
      assert.equal(batches, 1);
      const state = await findDatabaseState(worker.database.store.engine);
      assert.equal(state?.appliedAt, null);
      const rest = await apply(worker);
      assert.deepEqual([rest.compared, rest.changed], [1, 1]);
      await worker.work();
      const verdict = (await verdictsOf(worker, image)).at(-1);
      assert.deepEqual([verdict?.status, verdict?.critical], ["not_met", 2]);
    });
  });

  const manifestOf = (worker: TestWorker): string => join(worker.context.config.databaseDir, "manifest.json");
  const troubles: readonly (readonly [name: string, spoil: (worker: TestWorker) => void | Promise<void>])[] =
    [
      ["disappears", (worker) => rmSync(manifestOf(worker))],
      ["is damaged", (worker) => writeFileSync(manifestOf(worker), "{}")],
      ["answers known questions wrongly", (worker) => worker.publish([unrelated, critical, wrong])],
    ];
  for (const [name, spoil] of troubles) {
    it(`that ${name} changes nothing, and says so`, async () => {
      await withWorker(async (worker) => {
        const image = await pushClean(worker);
        const before = await verdictsOf(worker, image);
        const { store, config, queue } = worker.context;
        await spoil(worker);
        await lookAtDatabase({ store, queue, dir: config.databaseDir });
        await worker.run("advisories", {});
        await worker.run("evaluate", { org: worker.org.id, image });
        assert.deepEqual(await verdictsOf(worker, image), before);
        const state = await findDatabaseState(store.engine);
        assert.equal(typeof state?.failure, "string");
        assert.equal(state?.status.advisoryCount, 1);
        await worker.push(npmImage(["left@1.0.0"], "again"), "acme/second:1");
        await worker.push(npmImage(["never-seen@1.0.0"]), "acme/third:1");
        await worker.work();
        const rows = await store.engine
          .selectFrom("evaluation")
          .innerJoin("image", "image.evaluation_id", "evaluation.id")
          .innerJoin("repository_image as held", "held.image_id", "image.id")
          .innerJoin("repository", "repository.id", "held.repository_id")
          .select(["repository.name", "has_findings"])
          .orderBy("repository.name")
          .execute();
        assert.deepEqual(rows, [
          { name: "acme/my-app", has_findings: true },
          { name: "acme/second", has_findings: true },
          { name: "acme/third", has_findings: false },
        ]);
        await worker.publish([unrelated, critical]);
        await worker.work();
        assert.equal((await findDatabaseState(store.engine))?.failure, null);
        assert.equal((await verdictsOf(worker, image)).at(-1)?.status, "not_met");
      });
    });
  }

  it("that covers a name space for the first time turns not known into an answer", async () => {
    await withWorker(async (worker) => {
      await worker.addPolicy(noCritical);
      const elsewhere = osvRecord("PYSEC-1", "flask", "0.5");
      elsewhere.affected[0]!.package.ecosystem = "PyPI";
      await worker.publish([elsewhere]);
      await worker.work();
      await worker.push(npmImage(["left@1.0.0"]), "acme/app:1");
      await worker.work();
      const { id } = await imageOf(worker);
      assert.equal((await verdictsOf(worker, id)).at(-1)?.status, "no_data");
      await worker.publish([elsewhere, unrelated]);
      await worker.work();
      assert.equal((await verdictsOf(worker, id)).at(-1)?.status, "met");
    });
  });

  it("that lists a vulnerability as exploited turns the policy about that", async () => {
    await withWorker(async (worker) => {
      await worker.addPolicy({
        type: "high-profile",
        title: "Not exploited",
        config: { cves: [], ignored_cves: [], include_cisa_kev: true },
      });
      const catalogue = (...ids: readonly string[]) => ({
        catalogVersion: "1",
        vulnerabilities: ids.map((cveID) => ({ cveID, dateAdded: "2026-11-01" })),
      });
      await worker.publish([critical, catalogue("CVE-2020-1")]);
      await worker.push(npmImage(["left@1.0.0"]), "acme/app:1");
      await worker.work();
      const { id } = await imageOf(worker);
      assert.equal((await verdictsOf(worker, id)).at(-1)?.status, "met");
      await worker.publish([critical, catalogue("CVE-2020-1", "CVE-2026-1234")]);
      await worker.work();
      const verdict = (await verdictsOf(worker, id)).at(-1);
      assert.equal(verdict?.status, "not_met");
      assert.deepEqual(texts(verdict), ["CVE-2026-1234 in left is known to be exploited (KEV)"]);
    });
  });

  it("is asked for by one job, however many watch its folder", async () => {
    await withWorker(async (worker) => {
      await worker.publish([unrelated]);
      const { store, config, queue } = worker.context;
      await lookAtDatabase({ store, queue, dir: config.databaseDir });
      assert.equal(worker.waiting.length, 1);
      await worker.work();
      await lookAtDatabase({ store, queue, dir: config.databaseDir });
      assert.equal(worker.waiting.length, 0);
    });
  });

  it("is applied anew by a program that compares otherwise, and nobody is told", async () => {
    await withWorker(async (worker) => {
      const image = await pushClean(worker);
      await worker.publish([unrelated, critical]);
      await worker.work();
      const { engine } = worker.database.store;
      const applied = await findAppliedParts(engine);
      await recordAppliedParts(engine, { ...applied!, program: "older" });
      await engine
        .updateTable("package")
        .set({ matched_with: `${applied!.digest}/older`, advisory_digest: "x" })
        .execute();
      await engine.deleteFrom("finding").execute();
      const { store, config, queue } = worker.context;
      await lookAtDatabase({ store, queue, dir: config.databaseDir });
      assert.equal(worker.waiting.length, 1);
      const events = await eventsOf(worker, "database.updated");
      await worker.work();
      assert.equal((await engine.selectFrom("finding").selectAll().execute()).length, 1);
      assert.deepEqual(await eventsOf(worker, "database.updated"), events);
      assert.equal((await verdictsOf(worker, image)).length, 2);
    });
  });

  it("that is only younger is noted without a job", async () => {
    await withWorker(async (worker) => {
      await worker.publish([unrelated]);
      await worker.work();
      const { engine } = worker.database.store;
      const before = await findDatabaseState(engine);
      worker.now = new Date("2026-11-30T00:00:00Z");
      await worker.publish([unrelated]);
      assert.equal(worker.waiting.length, 0);
      const after = await findDatabaseState(engine);
      assert.equal(after?.appliedAt, before?.appliedAt);
      assert.notEqual(after?.status.updatedAt, before?.status.updatedAt);
    });
  });
});
