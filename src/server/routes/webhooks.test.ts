import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { startTestServer, type As, type TestServer } from "../../../test/helpers/server.ts";
import { inOrg } from "../../store/in-org.ts";
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
