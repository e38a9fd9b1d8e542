/** The rule of retention, as its administrator says it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startTestServer, type TestServer } from "../../../test/helpers/server.ts";
import { outsideOrg } from "../../store/in-org.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

test("nothing is removed until the administrator says so, which stands in the audit log", async () => {
  const ask = (method: string, body?: unknown) => server.request("administrator", method, "/retention", body);
  const none = { imageDays: null, replayDays: null };
  assert.deepEqual((await ask("GET")).json, none);
  const rule = { imageDays: 400, replayDays: 730 };
  assert.deepEqual((await ask("PUT", rule)).json, rule);
  assert.deepEqual((await ask("GET")).json, rule);
  for (const bad of [{ imageDays: 0, replayDays: null }, { imageDays: 1 }, { ...rule, auditDays: 1 }])
    assert.equal((await ask("PUT", bad)).json.code, "REQUEST_INVALID", JSON.stringify(bad));
  const rows = await outsideOrg(server.parts.store, (tx) =>
    tx
      .selectFrom("audit_entry")
      .select(["before", "after"])
      .where("action", "=", "retention.changed")
      .execute(),
  );
  assert.deepEqual(rows, [{ before: none, after: rule }]);
});
