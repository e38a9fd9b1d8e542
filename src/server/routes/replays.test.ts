/** Asking for a verdict to be made once more. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { seedImages } from "../../../test/helpers/seed.ts";
import { startTestServer, type TestServer } from "../../../test/helpers/server.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

test("a replay waits for a worker, stands in the audit log, and is told to those who read", async () => {
  const [image] = await seedImages(server.parts.store, server.orgs.acme, [
    { repository: "acme/app", tag: "1", packages: [{ name: "left-pad" }] },
  ]);
  const path = `/orgs/acme/images/${image!.id}`;
  const { entries } = (await server.request("viewer", "GET", `${path}/history`)).json;
  const asked = await server.request("developer", "POST", `${path}/history/${entries[0].id}/replays`);
  assert.equal(asked.status, 202, asked.text);
  const { id, evaluationId, state, cause, askedBy } = asked.json;
  assert.deepEqual([evaluationId, state, cause, askedBy], [entries[0].id, "waiting", null, "developer"]);
  assert.deepEqual((await server.request("viewer", "GET", `${path}/replays/${id}`)).json, asked.json);
  const audit = await server.request("owner", "GET", "/orgs/acme/audit");
  assert.equal(audit.json.entries[0].action, "verdict.replay-requested");

  const nobody = "00000000-0000-4000-8000-000000000000";
  for (const [method, wrong] of [
    ["POST", `${path}/history/${nobody}/replays`],
    ["GET", `${path}/replays/${nobody}`],
    ["GET", `/orgs/acme/images/${nobody}/replays/${id}`],
  ] as const) {
    assert.equal((await server.request("owner", method, wrong)).status, 404, wrong);
  }
});
