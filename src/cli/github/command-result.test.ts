/** What is read back of a command that ran. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readResult } from "./command-result.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-result-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const files = { markdown: join(folder, "a.md"), json: join(folder, "a.json") };
const call = { command: "cves", args: ["cves"], files } as const;
const ran = { exitCode: 2, log: "" };

test("reports that are too large to be held are not read", async () => {
  for (const file of Object.values(files)) {
    writeFileSync(file, "");
    truncateSync(file, 400 * 1024 * 1024 + 1);
  }
  const { markdown, report } = await readResult(call, ran);
  assert.deepEqual([markdown, report], [null, null]);
});

test("a report of another shape is none, and neither is one that was not written", async () => {
  writeFileSync(files.json, JSON.stringify({ schema: "urn:plimsoll:report:sbom:1" }));
  rmSync(files.markdown);
  const { markdown, report } = await readResult(call, ran);
  assert.deepEqual([markdown, report], [null, null]);
});

test("why it stopped: lines of gates and errors, as many as are read", async () => {
  const lines = [
    "loading",
    ...Array.from({ length: 25 }, (_, index) => `gate: policy: ${index}`),
    "error X: no",
  ];
  const { reasons } = await readResult(call, { exitCode: 2, log: lines.join("\n") });
  assert.deepEqual(
    reasons,
    Array.from({ length: 20 }, (_, index) => `gate: policy: ${index}`),
  );
  assert.deepEqual((await readResult(call, { exitCode: 0, log: lines.join("\n") })).reasons, []);
});
