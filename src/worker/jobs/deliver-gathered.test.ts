import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, before, beforeEach, describe, it } from "node:test";
import { freshDatabase, type TestDatabase } from "../../../test/helpers/postgres.ts";
import { startReceiver, type Receiver } from "../../../test/helpers/receiver.ts";
import { readConfig } from "../../config/config.ts";
import { everything } from "../../domain/delivery-filters.ts";
import { atOnce, type Cadence } from "../../domain/delivery-schedule.ts";
import { createSecretBox } from "../../io/secret-box.ts";
import { inOrg } from "../../store/in-org.ts";
import type { NewJob } from "../../store/job-kinds.ts";
import type { TakenJob } from "../../store/queue-loop.ts";
import { recordEvent, type EventRecord } from "../../store/stores/events.ts";
import { insertWebhook, webhookSecretPurpose } from "../../store/stores/webhooks.ts";
import { listDeliveries, type DeliveryRow } from "../../store/views/webhooks.ts";
import type { WorkerContext } from "../context.ts";
import { deliverDue } from "./deliver-due.ts";
import { deliverGathered } from "./deliver-gathered.ts";

const options = { body: { title: "{{title}}", topic: "{{topic}}", text: "{{text}}" } };

describe("gathered deliveries", () => {
  let database: TestDatabase;
  let context: WorkerContext;
  let receiver: Receiver;
  let orgId: string;
  let now = new Date();
  /** What the receiver answers, one after the other; then 204. */
  let answers: number[] = [];
  const secrets = createSecretBox(randomBytes(32).toString("hex"));
  const sent: NewJob[] = [];
  const queue = {
    send: (_tx: unknown, jobs: readonly NewJob[]) => {
      sent.push(...jobs);
      return Promise.resolve(jobs.map(() => "id"));
    },
  };

  before(async () => {
    database = await freshDatabase();
    receiver = await startReceiver(() => ({ status: answers.shift() ?? 204 }));
    context = {
      store: database.store,
      queue,
      config: readConfig({}, "/nonexistent", "/nonexistent"),
      secrets,
      clock: () => now,
      monotonicMs: () => 0,
      log: () => {},
    };
  });
  after(async () => {
    await receiver.close();
    await database.close();
  });
  beforeEach(async () => {
    answers = [];
    now = new Date();
    receiver.received.length = 0;
    orgId = randomUUID();
    await database.store.app
      .insertInto("organisation")
      .values({ id: orgId, name: `acme-${orgId.slice(0, 8)}` })
      .execute();
  });

  async function makeWebhook(cadence: Cadence, channel = "slack"): Promise<string> {
    const id = randomUUID();
    await inOrg(database.store, orgId, (tx) =>
      insertWebhook(tx, orgId, {
        id,
        channel,
        name: "receiver",
        url: `${receiver.origin}/`,
        events: [],
        enabled: true,
        options: channel === "ticket" ? options : {},
        filters: everything,
        schedule: { ...atOnce, cadence },
        secretSealed: secrets.seal(`${receiver.origin}/hidden`, webhookSecretPurpose(id)),
      }),
    );
    return id;
  }

  async function turn(
    vulnerability: string | null,
    imageId: string,
    more: Partial<EventRecord> = {},
  ): Promise<void> {
    const text = `${vulnerability} in libssl3 was published`;
    const cause = {
      kind: "advisory",
      text,
      vulnerability,
      purl: "pkg:apk/alpine/libssl3@3.1.4-r1",
      change: "new",
    };
    await inOrg(database.store, orgId, (tx) =>
      recordEvent(tx, queue, {
        orgId,
        kind: "verdict.changed",
        title: `image ${imageId.slice(0, 4)} no longer meets “A”`,
        actor: null,
        imageId,
        severity: "high",
        body: { causes: vulnerability === null ? [] : [cause] },
        onceKey: randomUUID(),
        ...more,
      }),
    );
  }

  /** What a worker does every half minute. */
  async function sweep(): Promise<number> {
    sent.length = 0;
    await deliverDue.run(context, taken("deliver-due", {}));
    const jobs = sent.splice(0).filter(({ payload }) => payload["org"] === orgId);
    for (const job of jobs) await deliverGathered.run(context, taken(job.kind, job.payload));
    return jobs.length;
  }

  function taken(kind: TakenJob["kind"], payload: TakenJob["payload"]): TakenJob {
    const signal = new AbortController().signal;
    return {
      id: randomUUID(),
      kind,
      key: "",
      payload,
      attempt: 1,
      isLastAttempt: false,
      failure: null,
      signal,
    };
  }

  const later = (seconds: number): void => {
    now = new Date(now.getTime() + seconds * 1_000);
  };

  async function log(webhook: string): Promise<readonly DeliveryRow[]> {
    const { entries } = await inOrg(database.store, orgId, (tx) =>
      listDeliveries(tx, orgId, webhook, { limit: 200 }),
    );
    return entries;
  }

  const texts = (): string[] => receiver.received.map(({ body }) => JSON.parse(body).text);

  it("an advisory and many images are one message, after a minute", async () => {
    const webhook = await makeWebhook("grouped");
    for (let index = 0; index < 30; index += 1) await turn("CVE-2026-1", randomUUID());
    assert.equal(await sweep(), 0);
    later(61);
    await sweep();
    assert.deepEqual(texts(), ["CVE-2026-1 in libssl3 was published: 30 images"]);
    assert.equal(receiver.received[0]?.path, "/hidden");
    assert.ok((await log(webhook)).every(({ state, attempts }) => state === "delivered" && attempts === 1));
    later(600);
    assert.equal(await sweep(), 0);
  });

  it("what came in while the first waited goes with it", async () => {
    await makeWebhook("grouped");
    await turn("CVE-2026-1", randomUUID());
    later(61);
    await turn("CVE-2026-1", randomUUID());
    await sweep();
    assert.deepEqual(texts(), ["CVE-2026-1 in libssl3 was published: 2 images"]);
  });

  it("an image that turned twice is told once, as it is now", async () => {
    await makeWebhook("grouped");
    const image = randomUUID();
    await turn("CVE-2026-1", image, { title: "first" });
    await turn("CVE-2026-1", image, { title: "second" });
    later(61);
    await sweep();
    assert.deepEqual(texts(), ["second"]);
  });

  it("two topics are two messages, and many are one", async () => {
    await makeWebhook("grouped");
    const image = randomUUID();
    await turn("CVE-2026-1", image, { title: "one" });
    await turn("CVE-2026-2", image, { title: "two" });
    later(61);
    await sweep();
    assert.deepEqual(texts(), ["one", "two"]);
    for (let index = 0; index < 11; index += 1) await turn(`CVE-2026-${index}`, image);
    later(61);
    await sweep();
    assert.deepEqual(texts().slice(2), ["11 events: 11 × verdict.changed"]);
  });

  it("a tracker has a ticket for each topic, however many", async () => {
    await makeWebhook("grouped", "ticket");
    for (let index = 0; index < 11; index += 1) await turn(`CVE-2026-${index}`, randomUUID());
    await turn("CVE-2026-0", randomUUID());
    later(61);
    await sweep();
    const topics = receiver.received.map(({ body }) => JSON.parse(body).topic);
    assert.equal(topics.length, 11);
    assert.equal(new Set(topics).size, 11);
  });

  it("a digest is one message of everything, at the full hour", async () => {
    await makeWebhook("hourly");
    await turn("CVE-2026-1", randomUUID());
    await turn(null, randomUUID(), { kind: "image.failed", title: "could not be analysed" });
    later(60);
    const isNext = now.getUTCMinutes() === 0;
    if (!isNext) assert.equal(await sweep(), 0);
    later(3_600);
    await sweep();
    assert.deepEqual(texts(), ["2 events: 1 × verdict.changed, 1 × image.failed"]);
  });

  it("what fails is tried again later, and what arrived is not", async () => {
    const webhook = await makeWebhook("grouped");
    await turn("CVE-2026-1", randomUUID(), { title: "one" });
    await turn("CVE-2026-2", randomUUID(), { title: "two" });
    later(61);
    answers = [500];
    await sweep();
    assert.equal(await sweep(), 0, "not at once");
    const states = async () => (await log(webhook)).map(({ state, attempts }) => `${state} ${attempts}`);
    assert.deepEqual(await states(), ["delivered 1", "waiting 1"]);
    later(31);
    await sweep();
    assert.deepEqual(texts(), ["one", "two", "one"]);
    assert.deepEqual(await states(), ["delivered 1", "delivered 2"]);
    const [, first] = await log(webhook);
    assert.deepEqual(
      first?.log.map(({ failure }) => failure),
      ["The receiver answered with status 500."],
    );
  });

  it("gives up after nine attempts, and at once for a receiver that is gone", async () => {
    const webhook = await makeWebhook("grouped");
    await turn("CVE-2026-1", randomUUID());
    answers = Array.from({ length: 20 }, () => 503);
    for (let round = 0; round < 12; round += 1) {
      later(3_601);
      await sweep();
    }
    assert.equal(receiver.received.length, 9);
    assert.deepEqual(
      (await log(webhook)).map(({ state, log: all }) => [state, all.length]),
      [["failed", 9]],
    );
    await turn("CVE-2026-2", randomUUID());
    answers = [410];
    later(61);
    await sweep();
    assert.equal((await log(webhook))[0]?.state, "failed");
  });

  it("nothing is sent to one that was switched off", async () => {
    const webhook = await makeWebhook("grouped");
    await turn("CVE-2026-1", randomUUID());
    await inOrg(database.store, orgId, (tx) =>
      tx.updateTable("webhook").set({ enabled: false }).where("id", "=", webhook).execute(),
    );
    later(61);
    await sweep();
    assert.deepEqual([receiver.received.length, (await log(webhook))[0]?.state], [0, "failed"]);
  });
});
