/** What members want to be told of by e-mail: theirs alone, gone with their membership. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../../test/helpers/server.ts";
import { inOrg } from "../../store/in-org.ts";
import { recordEvent } from "../../store/stores/events.ts";

describe("settings of notices", () => {
  let server: TestServer;

  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  const path = "/orgs/acme/notices/settings";
  const settings = {
    email: "viewer@example.com",
    events: ["verdict.changed"],
    filters: {
      repositories: ["registry.example.com/*"],
      environments: [],
      policies: [],
      severity: "high",
      onlyNew: true,
    },
    schedule: { cadence: "daily", timeZone: "Europe/Berlin", quietHours: null, digestAt: "09:00" },
  };

  const own = () =>
    inOrg(server.parts.store, server.orgs.acme, (tx) =>
      tx.selectFrom("webhook").selectAll().where("account_id", "is not", null).execute(),
    );

  it("nobody is told by e-mail who did not ask for it", async () => {
    const { json } = await server.request("viewer", "GET", path);
    assert.deepEqual([json.email, json.filters.onlyNew, json.schedule.cadence], [null, true, "grouped"]);
  });

  it("are kept, changed and taken back, and are one's own", async () => {
    const { status, json } = await server.request("viewer", "PUT", path, settings);
    assert.deepEqual([status, json], [200, { ...settings, lastDelivery: null }]);
    assert.equal((await server.request("owner", "GET", path)).json.email, null);
    await server.request("viewer", "PUT", path, { ...settings, email: "other@example.com" });
    assert.deepEqual(
      (await own()).map(({ options }) => options),
      [{ to: "other@example.com" }],
    );
    const [{ id } = { id: "" }] = await own();
    const hooks = await server.request("owner", "GET", "/orgs/acme/webhooks");
    assert.deepEqual(hooks.json.webhooks, []);
    for (const [method, below] of [
      ["PUT", ""],
      ["DELETE", ""],
      ["POST", "/test"],
      ["GET", "/deliveries"],
    ] as const) {
      const body = method === "PUT" ? { name: "a", url: "https://a.example" } : undefined;
      const answer = await server.request("owner", method, `/orgs/acme/webhooks/${id}${below}`, body);
      assert.equal(answer.status, 404, `${method} ${below}`);
    }
    const audit = await server.request("owner", "GET", "/orgs/acme/audit");
    assert.equal(audit.json.entries[0].action, "notices.changed");
    assert.ok(!audit.text.includes("@example.com"));
    assert.equal((await server.request("viewer", "PUT", path, { email: null })).json.email, null);
    assert.deepEqual(await own(), []);
  });

  it("an own act is not told, another's is", async () => {
    await server.request("viewer", "PUT", path, { email: settings.email });
    const happen = (id: string) =>
      inOrg(server.parts.store, server.orgs.acme, async (tx) => {
        const event = await recordEvent(tx, server.parts.queue, {
          orgId: server.orgs.acme,
          kind: "exception.requested",
          title: "asked",
          actor: { id, name: "somebody" },
          onceKey: randomUUID(),
        });
        return tx
          .selectFrom("delivery")
          .select("is_gathered")
          .where("event_id", "=", event ?? 0)
          .execute();
      });
    assert.deepEqual(await happen(server.accounts.viewer), []);
    assert.deepEqual(await happen(server.accounts.owner), [{ is_gathered: true }]);
  });

  it("go with the membership", async () => {
    await server.request("viewer", "PUT", path, { email: settings.email });
    const answer = await server.request("owner", "DELETE", `/orgs/acme/members/${server.accounts.viewer}`);
    assert.equal(answer.status, 204);
    assert.deepEqual(await own(), []);
  });

  for (const email of ["nobody", "a@example.com, b@example.com", "a@example.com\r\nBcc: eve@evil.example"]) {
    it(`refuses ${JSON.stringify(email)}`, async () => {
      assert.equal((await server.request("owner", "PUT", path, { email })).json.code, "REQUEST_INVALID");
    });
  }
});
