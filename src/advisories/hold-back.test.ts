import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import { buildDatabase } from "./build.ts";
import { readCurrentManifest } from "./database.ts";
import { holdBackWorse } from "./hold-back.ts";
import { emptyManifest, type Manifest } from "./manifest.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-hold-back-"));
after(() => rmSync(root, { recursive: true, force: true }));
const dir = join(root, "db");

/** A database of one advisory. */
async function build(): Promise<Manifest> {
  const from = join(root, "feed");
  mkdirSync(from, { recursive: true });
  const range = { type: "SEMVER", events: [{ introduced: "0" }, { fixed: "1.0.0" }] };
  const affected = [{ package: { ecosystem: "npm", name: "left" }, ranges: [range] }];
  writeFileSync(
    join(from, "a.json"),
    JSON.stringify({ id: "A-1", modified: "2030-01-01T00:00:00Z", affected }),
  );
  const inputs = [{ path: from, feed: null }];
  await buildDatabase({ inputs, dir, now: new Date("2030-01-02T00:00:00Z"), demonstration: false });
  return readCurrentManifest(dir);
}

function idsIn(database: AdvisoryDatabase | null): readonly string[] | null {
  const keys = [{ space: "npm", name: "left", version: "0.1.0", by: "package" }] as const;
  const rows = database?.findAdvisories(keys).get("npm\nleft");
  return database === null ? null : (rows ?? []).map(({ id }) => id);
}

describe("a new database", () => {
  it("is judged beside the one that it replaces, both open", async () => {
    const manifest = await build();
    const seen: unknown[] = [];
    holdBackWorse(dir, manifest, manifest, (candidate, current) => {
      seen.push(idsIn(candidate), idsIn(current));
      return [];
    });
    assert.deepEqual(seen, [["A-1"], ["A-1"]]);
  });

  it("is judged alone when there is no other", async () => {
    const manifest = await build();
    holdBackWorse(dir, manifest, emptyManifest, (_candidate, current) => {
      assert.equal(current, null);
      return [];
    });
  });

  it("is judged alone when parts are left out on purpose", async () => {
    const manifest = await build();
    const parts = [...manifest.parts, ...manifest.parts.map((part) => ({ ...part, feed: "alpine" }))];
    holdBackWorse(dir, manifest, { ...manifest, parts }, (_candidate, current) => {
      assert.equal(current, null);
      return [];
    });
  });

  it("is held back for any reason, and the first are named", async () => {
    const manifest = await build();
    const reasons = ["one", "two", "three", "four", "five", "six"];
    assert.throws(
      () => holdBackWorse(dir, manifest, manifest, () => reasons),
      (error: { code?: string; message?: string }) =>
        error.code === "DATABASE_HELD_BACK" && /one; two;.*five \(and 1 more\)/.test(error.message ?? ""),
    );
  });
});
