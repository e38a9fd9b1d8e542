import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { makeFolder } from "./make-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-folder-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("parents are made, and making it again is no error", async () => {
  const path = join(folder, "a/b/c");
  await Promise.all([makeFolder(path), makeFolder(path), makeFolder(join(folder, "a/b/d"))]);
  await makeFolder(path);
  assert.ok(statSync(path).isDirectory());
});

test("a file in the way is an error", async () => {
  writeFileSync(join(folder, "file"), "");
  await assert.rejects(makeFolder(join(folder, "file")), { code: "EEXIST" });
  await assert.rejects(makeFolder(join(folder, "file/below")), { code: "ENOTDIR" });
});

test(
  "a place where the system makes no folders is an error, not a hang",
  { skip: !existsSync("/proc/self") },
  async () => {
    await assert.rejects(makeFolder("/proc/plimsoll/cache"), { code: "ENOENT" });
  },
);
