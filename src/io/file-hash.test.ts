import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { writeFileAtomic } from "./atomic-file.ts";
import { createFileHasher, createThreadlessHasher } from "./file-hash.ts";
import { mapPool } from "./pool.ts";

let folder = "";
before(() => (folder = mkdtempSync(join(tmpdir(), "plimsoll-io-"))));
after(() => rmSync(folder, { recursive: true }));

function digest(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

for (const create of [createFileHasher, createThreadlessHasher]) {
  describe(create.name, () => {
    it("hashes ranges, small and large ones", async () => {
      const bytes = randomBytes(10_000_000);
      const path = join(folder, "bytes");
      writeFileSync(path, bytes);
      const hasher = create();
      try {
        const [large, small, past] = await Promise.all([
          hasher.hash({ path, offset: 5, sizeBytes: 9_000_000 }),
          hasher.hash({ path, offset: 5, sizeBytes: 10 }),
          hasher.hash({ path, offset: 9_999_990, sizeBytes: 9_000_000 }),
        ]);
        assert.equal(large, digest(bytes.subarray(5, 9_000_005)));
        assert.equal(small, digest(bytes.subarray(5, 15)));
        assert.equal(past, digest(bytes.subarray(9_999_990)));
        await assert.rejects(hasher.hash({ path: `${path}.no`, offset: 0, sizeBytes: 9e6 }), {
          code: "ENOENT",
        });
      } finally {
        await hasher.close();
      }
      await assert.rejects(hasher.hash({ path, offset: 0, sizeBytes: 1 }));
    });

    it("rejects what is not finished when it is closed", async () => {
      const path = join(folder, "bytes");
      const hasher = create();
      const pending = Array.from({ length: 50 }, () =>
        hasher.hash({ path, offset: 0, sizeBytes: 9_500_000 }),
      );
      const outcome = Promise.allSettled(pending);
      await hasher.close();
      assert.equal((await outcome).at(-1)?.status, "rejected");
    });
  });
}

describe("writeFileAtomic", () => {
  it("leaves whole files only, from many writers", async () => {
    const path = join(folder, "new", "file.json");
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => writeFileAtomic(path, String(i % 10).repeat(50_000))),
    );
    const text = readFileSync(path, "utf8");
    assert.equal(text, text.charAt(0).repeat(50_000));
    assert.deepEqual(readdirSync(join(folder, "new")), ["file.json"]);
  });

  it("leaves nothing behind when it fails", async () => {
    await assert.rejects(writeFileAtomic(folder, "x"));
    assert.deepEqual(
      readdirSync(join(folder, "..")).filter((name) => name.startsWith(`.${folder.split("/").at(-1)}`)),
      [],
    );
  });
});

describe("mapPool", () => {
  it("keeps order and width", async () => {
    let running = 0;
    let widest = 0;
    const results = await mapPool([30, 10, 20, 0], 2, async (ms) => {
      running += 1;
      widest = Math.max(widest, running);
      await new Promise((resolve) => setTimeout(resolve, ms));
      running -= 1;
      return ms;
    });
    assert.deepEqual(results, [30, 10, 20, 0]);
    assert.equal(widest, 2);
  });

  it("throws the first failure and starts nothing after it", async () => {
    const started: number[] = [];
    const run = mapPool([0, 1, 2, 3], 1, async (n) => {
      started.push(n);
      if (n === 1) throw new RangeError("one");
    });
    await assert.rejects(run, RangeError);
    assert.deepEqual(started, [0, 1]);
  });
});
