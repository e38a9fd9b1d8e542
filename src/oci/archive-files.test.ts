import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { directory, file, hardLink, symlink, writeTar } from "../../test/helpers/oci-tar.ts";
import { compressionOf, defaultArchiveLimits, openArchiveFiles } from "./archive-files.ts";
import { readRange } from "./file-range.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-archive-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
function write(bytes: Uint8Array): string {
  count += 1;
  const path = join(folder, `archive-${count}`);
  writeFileSync(path, bytes);
  return path;
}

test("files are found by their path inside, through links, and never outside", async () => {
  const tar = writeTar([
    directory("d"),
    file("./d/a", "first"),
    file("d/a", "last"),
    file("/abs", "abs"),
    symlink("d/link", "a"),
    symlink("up/link", "../d/a"),
    symlink("chain", "up/link"),
    hardLink("hard", "d/a"),
    symlink("out", "../../etc/passwd"),
    symlink("loop", "loop"),
    file("../escape", "x"),
  ]);
  const { find, close } = await openArchiveFiles(write(tar), null);
  const rows: readonly (readonly [string, string | null])[] = [
    ["d/a", "last"],
    ["./d//a", "last"],
    ["abs", "abs"],
    ["d/link", "last"],
    ["up/link", "last"],
    ["chain", "last"],
    ["hard", "last"],
    ["d", null],
    ["out", null],
    ["loop", null],
    ["../escape", null],
    ["escape", null],
    ["../d/a", null],
    ["", null],
  ];
  for (const [path, expected] of rows) {
    const range = await find(path);
    const text = range === null ? null : Buffer.from(await readRange(range, 100, path)).toString();
    assert.equal(text, expected, path);
  }
  await close();
});

test("ceilings of archives", async () => {
  const tar = writeTar([file("a", "1"), file("b", "2"), file("big", Buffer.alloc(100_000))]);
  const rows = [
    [write(tar), { entriesMax: 2 }, "entriesMax"],
    [write(gzipSync(tar)), { spoolBytesMax: 50_000 }, "spoolBytesMax"],
  ] as const;
  for (const [path, change, limit] of rows) {
    const opened = openArchiveFiles(path, null, { ...defaultArchiveLimits, ...change });
    await assert.rejects(opened, (error: { code?: string; details?: { limit?: string } }) => {
      assert.equal(error.code, "LIMIT_EXCEEDED");
      assert.equal(error.details?.limit, limit);
      return true;
    });
  }
  const { find } = await openArchiveFiles(write(tar), null);
  const big = await find("big");
  assert.ok(big !== null);
  await assert.rejects(readRange(big, 99_999, "big"), { code: "LIMIT_EXCEEDED" });
});

test("an abort while spooling leaves nothing behind", async () => {
  const path = write(gzipSync(writeTar([file("a", Buffer.alloc(1000))])));
  await assert.rejects(openArchiveFiles(path, AbortSignal.abort(new Error("enough"))), /enough/);
});

test("compressions are told by their first bytes", async () => {
  const rows = [
    [gzipSync("x"), "gzip"],
    [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), "zstd"],
    [Buffer.from("BZh9"), "bzip2"],
    [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), "xz"],
    [Buffer.from("plain"), null],
    [Buffer.alloc(0), null],
  ] as const;
  for (const [bytes, expected] of rows) {
    const path = write(bytes);
    assert.equal(await compressionOf(path), expected);
    assert.ok(existsSync(path));
  }
  assert.equal(await compressionOf(write(Buffer.concat([Buffer.from("xx"), gzipSync("x")])), 2), "gzip");
});
