import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, describe, it } from "node:test";
import { withLock } from "./lock.ts";

const dir = mkdtempSync(join(tmpdir(), "plimsoll-lock-"));
const path = join(dir, "lock");
after(() => rmSync(dir, { recursive: true, force: true }));

function foreign(more: object, ageMs = 0): void {
  writeFileSync(path, JSON.stringify({ pid: 1, place: "elsewhere pid:[1]", startedAt: null, ...more }));
  const time = Date.now() / 1_000 - ageMs / 1_000;
  utimesSync(path, time, time);
}

/** The place that this process writes into its own locks. */
async function place(): Promise<string> {
  const own = await withLock(dir, () => Promise.resolve(readFileSync(path, "utf8")));
  return (JSON.parse(own) as { place: string }).place;
}

describe("the writer's lock", () => {
  beforeEach(() => rmSync(path, { force: true }));

  it("keeps a second writer out, and is gone afterwards, also after a failure", async () => {
    await withLock(dir, async () => {
      await assert.rejects(
        withLock(dir, () => Promise.resolve()),
        { code: "DATABASE_LOCKED" },
      );
    });
    await assert.rejects(
      withLock(dir, () => Promise.reject(new Error("x"))),
      /x/,
    );
    assert.equal(existsSync(path), false);
    assert.ok((await place()).startsWith(hostname()));
  });

  it("takes over from a process that is gone", async () => {
    const here = await place();
    foreign({ place: here, pid: 2 ** 22 + 1 });
    assert.equal(await withLock(dir, () => Promise.resolve(1)), 1);
    // The number lives on, but as another process.
    foreign({ place: here, pid: process.pid, startedAt: "1" });
    assert.equal(await withLock(dir, () => Promise.resolve(2)), 2);
  });

  it("believes a living owner", async () => {
    foreign({ place: await place(), pid: process.ppid });
    await assert.rejects(
      withLock(dir, () => Promise.resolve()),
      { code: "DATABASE_LOCKED" },
    );
  });

  it("waits two minutes for an owner it cannot see, or for a lock it cannot read", async () => {
    foreign({}, 60_000);
    await assert.rejects(
      withLock(dir, () => Promise.resolve()),
      { code: "DATABASE_LOCKED" },
    );
    foreign({}, 180_000);
    assert.equal(await withLock(dir, () => Promise.resolve(1)), 1);
    foreign({ pid: "x" }, 180_000);
    assert.equal(await withLock(dir, () => Promise.resolve(1)), 1);
  });

  it("lets one of many in", async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () =>
        withLock(dir, () => new Promise((resolve) => setTimeout(resolve, 20))),
      ),
    );
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
  });
});
