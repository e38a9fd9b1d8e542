import assert from "node:assert/strict";
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, describe, it } from "node:test";
import { freshDatabase, type TestDatabase } from "../../../test/helpers/postgres.ts";
import { readConfig } from "../../config/config.ts";
import { everything } from "../../domain/delivery-filters.ts";
import { atOnce } from "../../domain/delivery-schedule.ts";
import { createSecretBox, type SecretBox } from "../../io/secret-box.ts";
import { inOrg } from "../../store/in-org.ts";
import type { NewJob } from "../../store/job-kinds.ts";
import type { TakenJob } from "../../store/queue-loop.ts";
import { recordEvent } from "../../store/stores/events.ts";
import { recordPublicUrl } from "../../store/stores/public-url.ts";
import {
  changeWebhook,
  deleteWebhook,
  insertWebhook,
  webhookSecretPurpose,
} from "../../store/stores/webhooks.ts";
import { findWebhook } from "../../store/views/webhooks.ts";
import type { WorkerContext } from "../context.ts";
import { deliver, deliveryLost } from "./deliver.ts";

const secret = `whsec_${randomBytes(32).toString("base64")}`;

const plain = { options: {}, filters: everything, schedule: atOnce };

describe("deliver", () => {
  let database: TestDatabase;
  let context: WorkerContext;
  let receiver: Server;
  let origin: string;
  let orgId: string;
  let webhookId: string;
  /** What the receiver answers, one after the other; then 204. */
  let answers: number[] = [];
  let hold: Promise<void> | null = null;
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  const secrets: SecretBox = createSecretBox(randomBytes(32).toString("hex"));
  const sent: NewJob[] = [];
  const queue = {
    send: (_tx: unknown, jobs: readonly NewJob[]) => {
      sent.push(...jobs);
      return Promise.resolve(jobs.map(() => "id"));
    },
  };

  before(async () => {
    database = await freshDatabase();
    receiver = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on("data", (piece: Buffer) => pieces.push(piece));
      request.on("end", () => {
        received.push({ headers: request.headers, body: Buffer.concat(pieces).toString("utf8") });
        const status = answers.shift() ?? 204;
        void (hold ?? Promise.resolve()).then(() => response.writeHead(status).end());
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    context = {
      store: database.store,
      queue,
      config: readConfig({}, "/nonexistent", "/nonexistent"),
      secrets,
      clock: () => new Date("2026-11-22T12:00:00Z"),
      monotonicMs: () => 0,
      log: () => {},
    };
    await recordPublicUrl(database.store.app, "https://old.example.com");
    await recordPublicUrl(database.store.app, "https://plimsoll.example.com");
  });
  after(async () => {
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
    await database.close();
  });
  beforeEach(async () => {
    answers = [];
    hold = null;
    received.length = 0;
    sent.length = 0;
    orgId = randomUUID();
    webhookId = randomUUID();
    const { store } = database;
    await store.app
      .insertInto("organisation")
      .values({ id: orgId, name: `acme-${orgId.slice(0, 8)}` })
      .execute();
    await inOrg(store, orgId, (tx) =>
      insertWebhook(tx, orgId, {
        id: webhookId,
        channel: "webhook",
        name: "receiver",
        url: `${origin}/hook`,
        events: [],
        enabled: true,
        ...plain,
        secretSealed: secrets.seal(secret, webhookSecretPurpose(webhookId)),
      }),
    );
  });

  /** An event that the webhook is told of, and its job. */
  async function happen(kind: "verdict.changed" | "image.pushed" = "verdict.changed"): Promise<NewJob[]> {
    const imageId = randomUUID();
    await inOrg(database.store, orgId, (tx) =>
      recordEvent(tx, queue, {
        orgId,
        kind,
        title: "acme/app:1 is no longer compliant",
        actor: null,
        imageId,
        body: { status: "not_met" },
        onceKey: randomUUID(),
      }),
    );
    return sent.splice(0);
  }

  function taken(job: NewJob, changes: Partial<TakenJob> = {}): TakenJob {
    return {
      id: randomUUID(),
      kind: job.kind,
      key: job.key,
      payload: job.payload,
      attempt: 1,
      isLastAttempt: false,
      failure: null,
      signal: new AbortController().signal,
      ...changes,
    };
  }

  function run(job: NewJob, changes: Partial<TakenJob> = {}, as = context): Promise<void> {
    return deliver.run(as, taken(job, changes));
  }

  async function lastDelivery() {
    return (
      (await inOrg(database.store, orgId, (tx) => findWebhook(tx, orgId, webhookId)))?.lastDelivery ?? null
    );
  }

  async function told(): Promise<
    [state: string | undefined, attempts: number | undefined, failure: string | null | undefined]
  > {
    const last = await lastDelivery();
    return [last?.state, last?.attempts, last?.failure];
  }

  it("tells the receiver once, signed, with a link, even if the job runs again", async () => {
    const [job] = await happen();
    await run(job!);
    await run(job!);
    assert.equal(received.length, 1);
    const [{ headers, body }] = received as [(typeof received)[0]];
    const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    const hmac = createHmac("sha256", Buffer.from(secret.slice(6), "base64")).update(signed);
    assert.equal(headers["webhook-signature"], `v1,${hmac.digest("base64")}`);
    const event = JSON.parse(body);
    assert.equal(event.id, `evt_${orgId}_${job?.payload["event"]}`);
    assert.equal(event.id, headers["webhook-id"]);
    assert.equal(event.type, "verdict.changed");
    assert.match(event.organisation, /^acme-/);
    assert.equal(event.source, `https://plimsoll.example.com/o/${event.organisation}`);
    assert.equal(event.data.url, `${event.source}/${event.subject}`);
    assert.match(event.subject, /^images\//);
    assert.deepEqual(event.data.details, { status: "not_met" });
    assert.deepEqual(await told(), ["delivered", 1, null]);
  });

  it("has no job for an event of a kind that nobody asked for", async () => {
    assert.deepEqual(await happen("image.pushed"), []);
  });

  it("tries again after a failure, with the same id and body", async () => {
    const [job] = await happen();
    answers = [500];
    await assert.rejects(run(job!), { code: "DELIVERY_FAILED" });
    assert.deepEqual(await told(), ["waiting", 1, "The receiver answered with status 500."]);
    await run(job!, { attempt: 2 });
    assert.deepEqual(await told(), ["delivered", 2, null]);
    assert.equal(received.length, 2);
    assert.equal(received[0]?.headers["webhook-id"], received[1]?.headers["webhook-id"]);
    assert.equal(received[0]?.body, received[1]?.body);
  });

  it("gives up after the last try, and says why", async () => {
    const [job] = await happen();
    answers = [503];
    await run(job!, { attempt: 9, isLastAttempt: true });
    assert.deepEqual(await told(), ["failed", 1, "The receiver answered with status 503."]);
    await run(job!);
    assert.equal(received.length, 1, "what was given up is not tried again");
  });

  it("gives up at once when the receiver is gone for good", async () => {
    const [job] = await happen();
    answers = [410];
    await run(job!);
    assert.deepEqual(await told(), ["failed", 1, "The receiver answered with status 410."]);
  });

  it("two workers at once send it once", async () => {
    const [job] = await happen();
    let release = (): void => {};
    hold = new Promise((resolve) => (release = resolve));
    const arrival = new Promise((resolve) => receiver.once("request", resolve));
    const first = run(job!);
    await arrival;
    await assert.rejects(run(job!), { code: "DELIVERY_FAILED" });
    release();
    await first;
    await run(job!);
    assert.equal(received.length, 1);
    assert.deepEqual(await told(), ["delivered", 1, null]);
  });

  it("a worker that ends leaves it to the next one", async () => {
    const [job] = await happen();
    hold = new Promise(() => {});
    const ending = new AbortController();
    receiver.once("request", () => ending.abort(new Error("the worker ends")));
    await assert.rejects(run(job!, { signal: ending.signal, isLastAttempt: true }), /the worker ends/);
    assert.deepEqual(await told(), ["waiting", 1, "The attempt was broken off."]);
    hold = null;
    await run(job!);
    assert.deepEqual(await told(), ["delivered", 2, null]);
  });

  it("one whose worker died at its last try is given up, one that arrived is not", async () => {
    const [lost] = await happen();
    await deliveryLost(context, taken(lost!));
    assert.deepEqual(await told(), ["failed", 0, "The last attempt was broken off."]);
    const [arrived] = await happen();
    await run(arrived!);
    await deliveryLost(context, taken(arrived!));
    assert.deepEqual(await told(), ["delivered", 1, null]);
  });

  it("says nothing of a webhook that was switched off, and does nothing for one that is gone", async () => {
    const [job] = await happen();
    const content = { name: "receiver", url: `${origin}/hook`, events: [], enabled: false, ...plain };
    await inOrg(database.store, orgId, (tx) => changeWebhook(tx, orgId, webhookId, content));
    await run(job!);
    assert.equal((await lastDelivery())?.state, "failed");
    await inOrg(database.store, orgId, (tx) => deleteWebhook(tx, orgId, webhookId));
    await run(job!);
    assert.equal(received.length, 0);
  });

  it("a secret that cannot be opened is a failure that another try does not mend", async () => {
    const [job] = await happen();
    const stranger = { ...context, secrets: createSecretBox(randomBytes(32).toString("hex")) };
    await run(job!, {}, stranger);
    assert.equal((await lastDelivery())?.state, "failed");
    assert.equal(received.length, 0);
  });

  it("goes to the address that the webhook has when it is sent", async () => {
    const [job] = await happen();
    const content = { name: "receiver", url: `${origin}/moved`, events: [], enabled: true, ...plain };
    await inOrg(database.store, orgId, (tx) => changeWebhook(tx, orgId, webhookId, content));
    const arrival = new Promise<string | undefined>((resolve) =>
      receiver.once("request", ({ url }) => resolve(url)),
    );
    await run(job!);
    assert.equal(await arrival, "/moved");
  });
});
