import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { segmentsDir } from "./layout.ts";
import { emptyManifest } from "./manifest.ts";
import { publish } from "./publish.ts";

test("a lock that a killed writer was still making is removed once it is old", async () => {
  const dir = mkdtempSync(join(tmpdir(), "plimsoll-leftover-"));
  try {
    const old = join(dir, ".lock.1.aaaa.tmp");
    const young = join(dir, ".lock.2.bbbb.tmp");
    mkdirSync(segmentsDir(dir), { recursive: true });
    writeFileSync(old, "{}");
    writeFileSync(young, "{}");
    utimesSync(old, new Date(0), new Date(0));
    await publish(dir, emptyManifest);
    assert.deepEqual([existsSync(old), existsSync(young)], [false, true]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
