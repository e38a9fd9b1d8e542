/** The plan of the house as a test: imports against the table, plugins against their lists. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkPlan, MODULES_MIN } from "../tools/plan.ts";

test("the import plan holds", async () => {
  const report = await checkPlan();
  assert.ok(report.moduleCount >= MODULES_MIN, `read only ${report.moduleCount} modules`);
  assert.deepEqual(report.violations, []);
});
