/** Which webhooks are told of an event: decided where it is recorded. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { freshDatabase, type TestDatabase } from "../../../test/helpers/postgres.ts";
import { everything, type DeliveryFilters } from "../../domain/delivery-filters.ts";
import { atOnce, type DeliverySchedule } from "../../domain/delivery-schedule.ts";
import { inOrg } from "../in-org.ts";
import type { NewJob } from "../job-kinds.ts";
import { recordEvent, type EventRecord } from "./events.ts";
import { insertWebhook } from "./webhooks.ts";

describe("filters of deliveries", () => {
  let database: TestDatabase;
  let orgId: string;
  const ids = { image: "", other: "", repository: "", policy: randomUUID() };
  const sent: NewJob[] = [];
  const queue = {
    send: (_tx: unknown, jobs: readonly NewJob[]) => {
      sent.push(...jobs);
      return Promise.resolve(jobs.map(() => "id"));
    },
  };

  before(async () => {
    database = await freshDatabase();
    orgId = randomUUID();
    await database.store.app.insertInto("organisation").values({ id: orgId, name: "acme" }).execute();
    await inOrg(database.store, orgId, async (tx) => {
      const values = { org_id: orgId };
      const id = "id" as const;
      const registry = await tx
        .insertInto("registry")
        .values({ ...values, host: "registry.example.com", kind: "distribution" })
        .returning(id)
        .executeTakeFirstOrThrow();
      const repository = await tx
        .insertInto("repository")
        .values({ ...values, registry_id: registry.id!, name: "acme/my_app" })
        .returning(id)
        .executeTakeFirstOrThrow();
      const image = async (digit: string) =>
        tx
          .insertInto("image")
          .values({ ...values, digest: `sha256:${digit.repeat(64)}`, state: "analysed" })
          .returning(id)
          .executeTakeFirstOrThrow();
      const [one, two] = [await image("1"), await image("2")];
      const environment = await tx
        .insertInto("environment")
        .values({ ...values, name: "production" })
        .returning(id)
        .executeTakeFirstOrThrow();
      Object.assign(ids, { image: one.id, other: two.id, repository: repository.id });
      await tx
        .insertInto("repository_image")
        .values({ ...values, repository_id: ids.repository, image_id: ids.image, pushed_digest: "sha256:1" })
        .execute();
      await tx
        .insertInto("environment_image")
        .values({ ...values, environment_id: environment.id!, image_id: ids.image, recorded_by: "ada" })
        .execute();
    });
  });
  after(() => database.close());

  /** Whether a webhook with these filters is told of the event. */
  async function isTold(
    filters: Partial<DeliveryFilters>,
    event: Partial<EventRecord>,
    schedule: DeliverySchedule = atOnce,
  ) {
    const webhook = randomUUID();
    return inOrg(database.store, orgId, async (tx) => {
      await insertWebhook(tx, orgId, {
        id: webhook,
        channel: "webhook",
        name: "receiver",
        url: "https://example.com/",
        events: [],
        enabled: true,
        options: {},
        filters: { ...everything, ...filters },
        schedule,
        secretSealed: Buffer.from("x"),
      });
      sent.length = 0;
      await recordEvent(tx, queue, {
        orgId,
        kind: "verdict.changed",
        title: "acme/my_app:1 is no longer compliant",
        actor: null,
        onceKey: randomUUID(),
        ...event,
      });
      const delivery = await tx
        .selectFrom("delivery")
        .select(["is_gathered", "due_at", "state"])
        .where("webhook_id", "=", webhook)
        .executeTakeFirst();
      await tx.deleteFrom("webhook").where("id", "=", webhook).execute();
      return delivery === undefined
        ? null
        : { ...delivery, jobs: sent.filter(({ payload }) => payload["webhook"] === webhook) };
    });
  }

  const rows: [
    name: string,
    filters: Partial<DeliveryFilters>,
    event: () => Partial<EventRecord>,
    told: boolean,
  ][] = [
    ["no filter", {}, () => ({ imageId: ids.image }), true],
    [
      "a repository",
      { repositories: ["registry.example.com/acme/my_app"] },
      () => ({ imageId: ids.image }),
      true,
    ],
    [
      "a pattern",
      { repositories: ["nothing", "registry.example.com/*"] },
      () => ({ imageId: ids.image }),
      true,
    ],
    [
      "another repository",
      { repositories: ["registry.example.com/acme"] },
      () => ({ imageId: ids.image }),
      false,
    ],
    ["a pattern that means itself", { repositories: ["*/acme/my%"] }, () => ({ imageId: ids.image }), false],
    [
      "an underscore that is none",
      { repositories: ["*/acme/myXapp"] },
      () => ({ imageId: ids.image }),
      false,
    ],
    ["a backslash", { repositories: ["*\\"] }, () => ({ imageId: ids.image }), false],
    ["an image in no repository", { repositories: ["*"] }, () => ({ imageId: ids.other }), false],
    ["the repository itself", { repositories: ["*my_app"] }, () => ({ repositoryId: ids.repository }), true],
    ["an event of no repository", { repositories: ["nothing"] }, () => ({}), true],
    ["an environment", { environments: ["staging", "production"] }, () => ({ imageId: ids.image }), true],
    ["another environment", { environments: ["staging"] }, () => ({ imageId: ids.image }), false],
    ["an image that runs nowhere", { environments: ["production"] }, () => ({ imageId: ids.other }), false],
    ["a severity as bad", { severity: "high" }, () => ({ severity: "high" }), true],
    ["a severity that is worse", { severity: "high" }, () => ({ severity: "critical" }), true],
    ["a severity that is not as bad", { severity: "high" }, () => ({ severity: "medium" }), false],
    ["a severity that nobody gave", { severity: "low" }, () => ({ severity: "unspecified" }), false],
    ["an event without findings", { severity: "critical" }, () => ({}), true],
    ["a policy", { policies: [ids.policy] }, () => ({ policies: [randomUUID(), ids.policy] }), true],
    ["another policy", { policies: [ids.policy] }, () => ({ policies: [randomUUID()] }), false],
    ["the event's own policy", { policies: [ids.policy] }, () => ({ policyId: randomUUID() }), false],
    ["an event of no policy", { policies: [ids.policy] }, () => ({}), true],
    ["what is new", { onlyNew: true }, () => ({}), true],
    ["what is not new", { onlyNew: true }, () => ({ isNew: false }), false],
    ["what is not new, for who wants everything", {}, () => ({ isNew: false }), true],
  ];
  for (const [name, filters, event, told] of rows) {
    it(`${name}: ${told ? "told" : "not told"}`, async () => {
      assert.equal((await isTold(filters, event())) !== null, told);
    });
  }

  it("an event alone has a job at once, one in quiet hours a job for later", async () => {
    const at = (await isTold({}, {}))!;
    assert.deepEqual([at.is_gathered, at.jobs.length, at.jobs[0]?.startAfter], [false, 1, undefined]);
    const minute = new Date().getUTCHours() * 60 + new Date().getUTCMinutes();
    const quietHours = { from: (minute + 1_380) % 1_440, to: (minute + 60) % 1_440 };
    const quiet = (await isTold({}, {}, { ...atOnce, quietHours }))!;
    assert.deepEqual([quiet.is_gathered, quiet.jobs[0]?.startAfter], [false, quiet.due_at]);
    assert.ok(quiet.due_at > new Date());
  });

  it("one that waits for others has a time and no job", async () => {
    for (const cadence of ["grouped", "hourly", "daily"] as const) {
      const delivery = (await isTold({}, {}, { ...atOnce, cadence }))!;
      assert.deepEqual([delivery.is_gathered, delivery.jobs], [true, []], cadence);
      assert.ok(delivery.due_at > new Date(), cadence);
    }
  });
});
