/** The plan of the house as a test: imports against the table, plugins against their lists, and hooks that stay with their file. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { checkPlan, MODULES_MIN } from "../tools/plan.ts";

const root = resolve(import.meta.dirname, "..");

test("the import plan holds", async () => {
  const report = await checkPlan();
  assert.ok(report.moduleCount >= MODULES_MIN, `read only ${report.moduleCount} modules`);
  assert.deepEqual(report.violations, []);
});

test("no file's hook runs around the tests of all others", () => {
  // Unit tests share a process, so a hook that belongs to no suite belongs to every test there is.
  const files = ["src", "test", "tools", "web/src"].flatMap((folder) =>
    globSync(`${folder}/**/*.test.ts`, { cwd: root }).filter((file) => !file.startsWith("test/e2e/")),
  );
  assert.ok(files.length > 100, `read only ${files.length} files`);
  const loose = files.filter((file) =>
    /^(?:beforeEach|afterEach)\(/m.test(readFileSync(join(root, file), "utf8")),
  );
  assert.deepEqual(loose, []);
});
