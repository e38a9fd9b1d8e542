import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { defaultUnpackLimits } from "../../domain/files.ts";
import type { ResolveOptions } from "../types.ts";
import { rootfs } from "./index.ts";
import { readFolder } from "./read-folder.ts";

const all = { wants: () => true, inspectors: [] };

const base = mkdtempSync(join(tmpdir(), "plimsoll-rootfs-"));
after(() => rmSync(base, { recursive: true, force: true }));

const options: ResolveOptions = { platform: null, ref: null, insecureRegistries: [], signal: null };
const none = { skipTop: new Set<string>(), isRootFileSystem: false, signal: null };

let count = 0;
function folder(
  files: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>> = {},
): string {
  count += 1;
  const root = join(base, `root-${count}`);
  mkdirSync(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(target, join(root, path));
  }
  return root;
}

const texts = (
  wanted: readonly { path: string; bytes: Uint8Array }[],
): readonly (readonly [string, string])[] =>
  wanted.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()] as const);

test("a root file system is told from a source tree", async () => {
  const rows = [
    [folder({ "etc/os-release": "ID=a" }), true],
    [folder({ "usr/lib/os-release": "ID=a" }, { "etc/os-release": "../usr/lib/os-release" }), true],
    [folder({ "usr/lib/os-release": "ID=a" }, { "etc/os-release": "/usr/lib/os-release" }), true],
    [folder({ "lib/apk/db/installed": "" }), true],
    [folder({ "var/lib/dpkg/status.d/base": "" }), true],
    [folder({ "package.json": "{}" }), false],
    [folder({}, { "etc/os-release": "/etc/os-release" }), false],
  ] as const;
  for (const [root, expected] of rows) {
    const opened = await rootfs.open(root, options);
    assert.equal(opened.isRootFileSystem, expected, root);
    assert.equal(opened.image.source, "fs");
    assert.equal(opened.image.digest, null);
  }
});

test("wanted files are read, sorted, and links are followed inside the folder only", async () => {
  const outside = join(base, "outside");
  writeFileSync(outside, "secret");
  const root = folder(
    { "usr/lib/os-release": "ID=a", "z/want": "1", "a/want": "2", "a/other": "3", ".git/want": "no" },
    {
      "etc/want": "/usr/lib/os-release",
      "etc/up/want": "../../../../../usr/lib/os-release",
      "b/want": outside,
      "c/want": "../../outside",
      "d/want": "want",
      "e/want": "../a",
      f: "a",
    },
  );
  const opened = await rootfs.open(root, options);
  const files = await opened.readFolder?.((path) => path.endsWith("/want"));
  assert.deepEqual(texts(files?.wanted ?? []), [
    ["a/want", "2"],
    ["etc/up/want", "ID=a"],
    ["etc/want", "ID=a"],
    ["z/want", "1"],
  ]);
  assert.deepEqual(files?.problems.map((problem) => `${problem.code} ${problem.path}`).toSorted(), [
    "LINK_UNRESOLVED b/want",
    "LINK_UNRESOLVED c/want",
    "LINK_UNRESOLVED d/want",
  ]);
  assert.equal(files?.fileCount, 4);
  assert.equal(files?.verification, "not_applicable");
  assert.equal(files?.wanted[0]?.layer, null);
});

test("folders of the kernel are skipped at the top of a root, not in a source tree", async () => {
  const files = { "proc/want": "1", "dev/want": "2", "srv/dev/want": "3" };
  const system = await rootfs.open(folder({ ...files, "etc/os-release": "" }), options);
  const tree = await rootfs.open(folder(files), options);
  const wants = (path: string): boolean => path.endsWith("want");
  assert.deepEqual(
    (await system.readFolder?.(wants))?.wanted.map(({ path }) => path),
    ["srv/dev/want"],
  );
  assert.equal((await tree.readFolder?.(wants))?.wanted.length, 3);
});

test("a single file stands for itself", async () => {
  const root = folder({ "package-lock.json": "{}" });
  const opened = await rootfs.open(join(root, "package-lock.json"), options);
  const files = await opened.readFolder?.((path) => path === "package-lock.json");
  assert.deepEqual(texts(files?.wanted ?? []), [["package-lock.json", "{}"]]);
});

test("past a limit, the result is incomplete and says why", async () => {
  const root = folder({ a: "12345", b: "12345", c: "12345" });
  const rows = [
    [{ entriesMax: 2 }, "LIMIT_ENTRIES"],
    [{ wantedFileBytesMax: 4 }, "LIMIT_WANTED_FILE_BYTES"],
    [{ wantedTotalBytesMax: 11 }, "LIMIT_WANTED_TOTAL_BYTES"],
    [{ pathLengthMax: 0 }, "LIMIT_PATH_LENGTH"],
    [{ timeMsMax: -1 }, "LIMIT_TIME"],
  ] as const;
  for (const [change, code] of rows) {
    const limits = { ...defaultUnpackLimits, ...change };
    const files = await readFolder(root, all, { ...none, limits });
    assert.equal(files.problems[0]?.code, code);
    assert.ok(files.wanted.length < 3, code);
  }
});

test("pipes do not hang, and odd names are kept", async () => {
  const root = folder({ "new\nline": "1" });
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xe9, 0x78])]), "latin");
  execFileSync("mkfifo", [join(root, "pipe")]);
  symlinkSync("pipe", join(root, "to-pipe"));
  const files = await readFolder(root, all, none);
  assert.deepEqual(texts(files.wanted), [
    ["new\nline", "1"],
    ["éx", "latin"],
  ]);
});

test("what cannot be read is a problem", async () => {
  const files = await readFolder(join(base, "gone"), all, none);
  assert.deepEqual(
    files.problems.map(({ code }) => code),
    ["FILE_UNREADABLE"],
  );
});

test("an abort ends the walk", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(readFolder(folder({ a: "" }), all, { ...none, signal }), /enough/);
});
