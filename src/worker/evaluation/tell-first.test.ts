/** The first verdict of a pushed image: told when it does not meet its policies, and as news only where it is news. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { npmImage, osvRecord, withWorker, type TestWorker } from "../../../test/helpers/worker.ts";
import { asEngine, inOrg, outsideOrg } from "../../store/in-org.ts";
import { insertAccount } from "../../store/stores/accounts.ts";
import { insertMember } from "../../store/stores/members.ts";

const noCritical = {
  type: "severity",
  title: "Nothing critical",
  config: { severities: ["CRITICAL"], fixable_only: true },
};

async function start(worker: TestWorker): Promise<void> {
  await worker.addPolicy(noCritical);
  await worker.publish([osvRecord("CVE-2026-1", "left", "1.0.1")]);
  await outsideOrg(worker.database.store, async (tx) => {
    const account = { name: "ada", displayName: "Ada", passwordHash: null, isAdministrator: false };
    const id = await insertAccount(tx, account);
    return id;
  }).then((id) =>
    inOrg(worker.database.store, worker.org.id, (tx) =>
      insertMember(tx, { orgId: worker.org.id, accountId: id ?? "", role: "viewer" }),
    ),
  );
}

const affected = (other: string) => npmImage(["left@1.0.0", other]);
const clean = (other: string) => npmImage(["left@1.0.1", other]);

async function told(worker: TestWorker) {
  const events = await asEngine(worker.database.store, (tx) =>
    tx.selectFrom("event").selectAll().where("kind", "=", "verdict.first").orderBy("id").execute(),
  );
  const { count } = await asEngine(worker.database.store, (tx) =>
    tx
      .selectFrom("notice")
      .innerJoin("event", "event.id", "notice.event_id")
      .where("event.kind", "=", "verdict.first")
      .select((each) => each.fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow(),
  );
  return {
    titles: events.map(({ title }) => title),
    bodies: events.map(({ body }) => body),
    notices: Number(count),
  };
}

describe("a first verdict", () => {
  it("is told with its policies and the worst severity, and members get a notice", async () => {
    await withWorker(async (worker) => {
      await start(worker);
      await worker.push(affected("a@1.0.0"), "acme/app:1");
      await worker.work();
      const { titles, bodies, notices } = await told(worker);
      assert.deepEqual(titles, ["acme/app:1 was pushed and does not meet “Nothing critical”"]);
      assert.equal(notices, 1);
      assert.equal(bodies[0]?.["severity"], "critical");
    });
  });

  it("of an image that meets its policies is not told", async () => {
    await withWorker(async (worker) => {
      await start(worker);
      await worker.push(clean("a@1.0.0"), "acme/app:1");
      await worker.work();
      assert.deepEqual((await told(worker)).titles, []);
    });
  });

  it("that is as bad as the one before is an event and no news; what is worse is news", async () => {
    await withWorker(async (worker) => {
      await start(worker);
      await worker.push(affected("a@1.0.0"), "acme/app:1");
      await worker.work();
      await worker.push(affected("b@1.0.0"), "acme/app:1");
      await worker.work();
      const second = await told(worker);
      assert.deepEqual(second.titles.toSorted(), [
        "acme/app:1 was pushed and does not meet “Nothing critical”",
        "acme/app:1 was pushed and still does not meet “Nothing critical”",
      ]);
      assert.equal(second.notices, 1);
      await worker.push(clean("c@1.0.0"), "acme/app:1");
      await worker.work();
      await worker.push(affected("d@1.0.0"), "acme/app:1");
      await worker.work();
      assert.equal((await told(worker)).notices, 2);
    });
  });

  it("names the policy that is new before those that were not met anyway", async () => {
    await withWorker(async (worker) => {
      await start(worker);
      await worker.push(affected("a@1.0.0"), "acme/app:1");
      await worker.work();
      await worker.addPolicy({
        type: "disallowed-packages",
        title: "No right",
        config: { packages: ["pkg:npm/right"] },
      });
      await worker.push(npmImage(["left@1.0.0", "right@1.0.0"]), "acme/app:2");
      await worker.work();
      const { titles } = await told(worker);
      assert.ok(titles.includes("acme/app:2 was pushed and does not meet “No right”"), titles.join("\n"));
    });
  });
});
