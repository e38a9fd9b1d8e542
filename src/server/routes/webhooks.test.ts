import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { startTestServer, type As, type TestServer } from "../../../test/helpers/server.ts";
import { inOrg } from "../../store/in-org.ts";
import { recordDelivery } from "../../store/stores/deliveries.ts";
import { webhookSecretPurpose } from "../../store/stores/webhooks.ts";

const wanted = {
  name: "chat",
  url: "https://hooks.example.com/services/T0/hidden-path",
  events: ["verdict.changed"],
};

describe("webhooks", () => {
  let server: TestServer;

  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  const ask = (as: As, method: string, path: string, body?: unknown) =>
    server.request(as, method, `/orgs/acme/webhooks${path}`, body);

  async function make(change: object = {}) {
    const { status, json } = await ask("editor", "POST", "", { ...wanted, ...change });
    assert.equal(status, 201);
    return json;
  }

  it("the secret is told once, and kept sealed for this webhook", async () => {
    const { id, secret, ...view } = await make();
    assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    const list = await ask("editor", "GET", "");
    const listed = list.json.webhooks.find((each: { id: string }) => each.id === id);
    assert.deepEqual(listed, { id, ...view });
    assert.equal(listed.lastDelivery, null);
    assert.ok(!list.text.includes(secret));
    const { secret_sealed: sealed } = await inOrg(server.parts.store, server.orgs.acme, (tx) =>
      tx.selectFrom("webhook").select("secret_sealed").where("id", "=", id).executeTakeFirstOrThrow(),
    );
    assert.equal(server.parts.secrets.open(sealed, webhookSecretPurpose(id)), secret);
    assert.throws(() => server.parts.secrets.open(sealed, webhookSecretPurpose(randomUUID())));
  });

  it("the audit log and the events have neither the secret nor the address", async () => {
    const { id, secret } = await make();
    await ask("editor", "PUT", `/${id}`, { ...wanted, url: "https://other.example.com/another-hidden" });
    await ask("editor", "POST", `/${id}/test`);
    await ask("editor", "DELETE", `/${id}`);
    const audit = await server.request("owner", "GET", "/orgs/acme/audit");
    const events = await server.request("viewer", "GET", "/orgs/acme/events");
    const actions = audit.json.entries.filter(({ target }: { target: string }) => target.includes(id));
    assert.deepEqual(
      actions.map(({ action }: { action: string }) => action),
      ["webhook.deleted", "webhook.changed", "webhook.created"],
    );
    assert.equal(actions[1].before.host, "hooks.example.com");
    for (const { text } of [audit, events]) {
      assert.ok(!text.includes("hidden"));
      assert.ok(!text.includes(secret));
      assert.ok(!text.includes("whsec_"));
    }
  });

  const refused: [name: string, change: object, path: string][] = [
    ["an address that is none", { url: "hooks" }, "url"],
    ["another scheme", { url: "file:///etc/passwd" }, "url"],
    ["a password in the address", { url: "https://me:secret@example.com/" }, "url"],
    ["no name", { name: " " }, "name"],
    ["a kind of event that does not exist", { events: ["image.eaten"] }, "events.0"],
    ["a channel that does not exist", { channel: "pigeon" }, "channel"],
  ];
  for (const [name, change, path] of refused) {
    it(`refuses ${name}`, async () => {
      const { status, json } = await ask("editor", "POST", "", { ...wanted, ...change });
      assert.deepEqual([status, json.code, json.fields[0].path], [400, "REQUEST_INVALID", path]);
    });
  }

  it("is changed and deleted", async () => {
    const { id } = await make();
    const { json } = await ask("editor", "PUT", `/${id}`, {
      name: "b",
      url: "http://10.0.0.1/",
      enabled: false,
    });
    assert.deepEqual([json.name, json.url, json.events, json.enabled], ["b", "http://10.0.0.1/", [], false]);
    assert.equal((await ask("editor", "DELETE", `/${id}`)).status, 204);
    assert.equal((await ask("editor", "DELETE", `/${id}`)).status, 404);
    assert.equal((await ask("editor", "PUT", `/${id}`, wanted)).status, 404);
  });

  it("a test is an event with one delivery and one job, for this webhook alone", async () => {
    const { id } = await make();
    await make({ name: "another" });
    const { status, json } = await ask("editor", "POST", `/${id}/test`);
    assert.deepEqual([status, json.lastDelivery.state, json.lastDelivery.attempts], [202, "waiting", 0]);
    const events = await server.request("viewer", "GET", "/orgs/acme/events?kind=webhook.tested");
    assert.equal(events.json.entries[0].id, json.lastDelivery.eventId);
    const others = (await ask("editor", "GET", "")).json.webhooks.filter(
      (each: { id: string }) => each.id !== id,
    );
    const told = others.filter(
      (each: { lastDelivery: { eventId: number } | null }) =>
        each.lastDelivery?.eventId === json.lastDelivery.eventId,
    );
    assert.deepEqual(told, []);
    assert.equal((await server.parts.queue.count()).deliver.waiting > 0, true);
  });

  it("a webhook that asked for tests has one delivery of its own test", async () => {
    const { id } = await make({ events: ["webhook.tested"] });
    const before = (await server.parts.queue.count()).deliver.waiting;
    await ask("editor", "POST", `/${id}/test`);
    assert.equal((await server.parts.queue.count()).deliver.waiting, before + 1);
    await ask("editor", "DELETE", `/${id}`);
  });

  it("one that is switched off is not tested", async () => {
    const { id } = await make({ enabled: false });
    assert.equal((await ask("editor", "POST", `/${id}/test`)).json.code, "CONFLICT");
  });

  const person = { ...wanted, events: [], url: "smtp://mail.example.com:587" };
  const letter = { from: "plimsoll@example.com", to: ["ada@example.com"], user: "ada" };

  it("lists its channels with the schemas of their options", async () => {
    const { json } = await server.request("editor", "GET", "/orgs/acme/webhook-channels");
    const ids = json.channels.map(({ id }: { id: string }) => id);
    assert.deepEqual(ids, ["email", "jira", "slack", "teams", "ticket", "webhook"]);
    assert.deepEqual(json.channels[1].options.required, ["project"]);
    assert.equal(json.channels[1].secret, "required");
  });

  it("of an address that is a secret nothing but the host is told, nor stored in the clear", async () => {
    const { id, url, secret, ...view } = await make({ channel: "slack", events: [] });
    assert.deepEqual([url, secret, view.hasSecret], ["https://hooks.example.com/", undefined, true]);
    assert.deepEqual([view.filters.onlyNew, view.schedule.cadence], [true, "grouped"]);
    const stored = async () => {
      const row = await inOrg(server.parts.store, server.orgs.acme, (tx) =>
        tx.selectFrom("webhook").selectAll().where("id", "=", id).executeTakeFirstOrThrow(),
      );
      assert.ok(!JSON.stringify(row).includes("hidden"));
      return server.parts.secrets.open(row.secret_sealed, webhookSecretPurpose(id));
    };
    assert.equal(await stored(), wanted.url);
    // What a form shows is sent back as it was shown.
    await ask("editor", "PUT", `/${id}`, { name: "other", url, events: [] });
    assert.equal(await stored(), wanted.url);
    await ask("editor", "PUT", `/${id}`, {
      name: "other",
      url: "https://hooks.example.com/new-hidden",
      events: [],
    });
    assert.equal(await stored(), "https://hooks.example.com/new-hidden");
    const listed = (await ask("editor", "GET", "")).json.webhooks.find(
      (each: { id: string }) => each.id === id,
    );
    assert.ok(!JSON.stringify(listed).includes("hidden"));
  });

  it("a password is kept for its server, and has to be given again for another", async () => {
    const made = await make({ ...person, channel: "email", options: letter, secret: "hidden-password" });
    assert.equal(JSON.stringify(made).includes("hidden"), false);
    const change = { name: "mail", events: [] };
    const same = await ask("editor", "PUT", `/${made.id}`, { ...change, url: person.url });
    assert.deepEqual([same.status, same.json.options.to], [200, letter.to]);
    for (const url of [
      "smtp://elsewhere.example.com:587",
      "smtp://mail.example.com:2525",
      "smtps://mail.example.com:587",
    ]) {
      const { status, json } = await ask("editor", "PUT", `/${made.id}`, { ...change, url });
      assert.deepEqual([status, json.fields[0].path], [400, "secret"], url);
    }
    const moved = { ...change, url: "smtps://elsewhere.example.com", secret: "hidden-other" };
    assert.equal((await ask("editor", "PUT", `/${made.id}`, moved)).status, 200);
  });

  it("filters and schedule are kept, and stay when they are left out", async () => {
    const filters = {
      repositories: ["registry.example.com/acme/*"],
      environments: [],
      policies: [randomUUID()],
      severity: "high",
      onlyNew: true,
    };
    const schedule = {
      cadence: "daily",
      timeZone: "Europe/Berlin",
      quietHours: { from: "22:00", to: "07:05" },
      digestAt: "09:30",
    };
    const { id, ...made } = await make({ filters, schedule });
    assert.deepEqual([made.filters, made.schedule], [filters, schedule]);
    const { json } = await ask("editor", "PUT", `/${id}`, wanted);
    assert.deepEqual([json.filters, json.schedule], [filters, schedule]);
    const audit = await server.request("owner", "GET", "/orgs/acme/audit");
    const [entry] = audit.json.entries;
    assert.deepEqual([entry.action, entry.after.filters.severity], ["webhook.changed", "high"]);
  });

  const unfit: [name: string, change: object, path: string][] = [
    ["a mail server for a webhook", { url: person.url }, "url"],
    ["a web address for e-mail", { channel: "email", options: letter }, "url"],
    ["e-mail to nobody", { ...person, channel: "email" }, "options.from"],
    ["a user without a password", { ...person, channel: "email", options: letter }, "options"],
    ["Jira without a token", { channel: "jira", options: { project: "SEC" } }, "secret"],
    ["a secret that is made here", { secret: "mine" }, "secret"],
    [
      "a time zone that does not exist",
      { schedule: { cadence: "each", timeZone: "Mars" } },
      "schedule.timeZone",
    ],
    [
      "an environment that does not exist",
      { filters: { environments: ["moon"], onlyNew: true } },
      "filters.environments",
    ],
  ];
  for (const [name, change, path] of unfit) {
    it(`refuses ${name}`, async () => {
      const { status, json } = await ask("editor", "POST", "", { ...wanted, ...change });
      assert.deepEqual([status, json.code, json.fields[0].path], [400, "REQUEST_INVALID", path]);
    });
  }

  it("has a log of its deliveries, and tries what was given up once more", async () => {
    const { id } = await make();
    await ask("editor", "POST", `/${id}/test`);
    await ask("editor", "POST", `/${id}/test`);
    const first = await ask("editor", "GET", `/${id}/deliveries?limit=1`);
    const second = await ask("editor", "GET", `/${id}/deliveries?limit=1&cursor=${first.json.next}`);
    const [newer, older] = [first.json.entries[0], second.json.entries[0]];
    assert.ok(newer.eventId > older.eventId);
    assert.deepEqual([older.state, older.attempts, older.log, second.json.next], ["waiting", 0, [], null]);
    assert.match(older.title, /was tested$/);
    const retry = (event: number) => ask("editor", "POST", `/${id}/deliveries/${event}/retry`);
    assert.equal((await retry(older.eventId)).json.code, "CONFLICT");
    const key = { orgId: server.orgs.acme, webhookId: id, eventId: older.eventId };
    await inOrg(server.parts.store, server.orgs.acme, (tx) =>
      recordDelivery(tx, key, { state: "failed", failure: "The receiver answered with status 500." }),
    );
    const failed = await ask("editor", "GET", `/${id}/deliveries?state=failed`);
    assert.deepEqual(
      failed.json.entries.map(({ eventId, log }: { eventId: number; log: { failure: string }[] }) => [
        eventId,
        log[0]?.failure,
      ]),
      [[older.eventId, "The receiver answered with status 500."]],
    );
    assert.equal((await retry(older.eventId)).status, 204);
    const again = (await ask("editor", "GET", `/${id}/deliveries?state=waiting`)).json.entries;
    assert.deepEqual(
      again.map(({ eventId }: { eventId: number }) => eventId),
      [newer.eventId, older.eventId],
    );
    assert.equal(again[1].log.length, 1);
    assert.equal(
      (await server.request("outsider", "GET", `/orgs/other/webhooks/${id}/deliveries`)).status,
      404,
    );
    const strange = `/orgs/other/webhooks/${id}/deliveries/${older.eventId}/retry`;
    assert.equal((await server.request("outsider", "POST", strange)).status, 404);
  });

  it("a second organisation reaches nothing of it by its id", async () => {
    const { id } = await make();
    const other = (method: string, path: string, body?: unknown) =>
      server.request("outsider", method, `/orgs/other/webhooks${path}`, body);
    assert.deepEqual((await other("GET", "")).json.webhooks, []);
    assert.equal((await other("PUT", `/${id}`, wanted)).status, 404);
    assert.equal((await other("POST", `/${id}/test`)).status, 404);
    assert.equal((await other("DELETE", `/${id}`)).status, 404);
    assert.equal(
      (await ask("editor", "GET", "")).json.webhooks.some((each: { id: string }) => each.id === id),
      true,
    );
  });
});
