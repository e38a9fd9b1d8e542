/** The search over files of any size and kind, and where it does not look. The secrets are put together while it runs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FileView, InspectedFile } from "../domain/files.ts";
import { readFileSecrets, secretInspector } from "./inspector.ts";
import { SEARCHED_BYTES_MAX } from "./noise.ts";

const secret = ["sk", "_live_", "4eC39HqLyjWDarjtT1zdp7dc"].join("");

/** A view that lends the same buffer to every caller, as those of compressed layers do. */
function viewOf(bytes: Uint8Array): FileView {
  const lent = new Uint8Array(bytes.length);
  return {
    sizeBytes: bytes.length,
    read: (offset, length) => {
      const part = bytes.subarray(offset, offset + length);
      lent.fill(0x7a);
      lent.set(part);
      return lent.subarray(0, part.length);
    },
  };
}

function inspect(path: string, content: string | Uint8Array) {
  const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : content;
  const value = secretInspector.inspect({ path, sizeBytes: bytes.length, mode: 0o644 }, viewOf(bytes));
  if (value === null) return null;
  const file: InspectedFile = {
    by: "secrets",
    path,
    sizeBytes: bytes.length,
    mode: 0o644,
    value,
    layer: null,
    layerIndex: null,
  };
  return { value, read: readFileSecrets(file) };
}

test("secret inspector: tells rule and line, and never the secret", () => {
  const result = inspect("app/config.js", `a\nb\nconst key = "${secret}";\n`);
  assert.deepEqual(result?.read?.secrets, [{ rule: "stripe-live-key", line: 3, shown: "sk_l…" }]);
  assert.ok(!JSON.stringify(result?.value).includes(secret.slice(4)));
});

test("secret inspector: finds a secret wherever it stands in a large file, once", () => {
  const size = 700_000;
  const window = 256 * 1024;
  const offsets = [
    0,
    1,
    100,
    window - 9000,
    window - 600,
    window - 20,
    window - 5,
    window,
    window + 3,
    2 * window - 8300,
    size - secret.length - 1,
  ];
  for (const offset of offsets) {
    const bytes = Buffer.alloc(size, "lorem ipsum dolor sit amet\n");
    bytes.write(` ${secret} `, offset, "latin1");
    const result = inspect("app/large.log", bytes);
    assert.equal(result?.read?.secrets.length, 1, `at ${offset}`);
    assert.equal(
      result?.read?.secrets[0]?.line,
      bytes
        .subarray(0, offset + 1)
        .toString("latin1")
        .split("\n").length,
    );
  }
});

test("secret inspector: a file full of secrets is counted, not listed in full", () => {
  const lines = Array.from({ length: 80 }, (_, index) => secret.slice(0, -2) + String(10 + index)).join("\n");
  const read = inspect("app/keys.txt", lines)?.read;
  assert.equal(read?.secrets.length, 50);
  assert.equal(read?.notListed, 30);
});

test("secret inspector: a file full of starts of secrets is given up, and says so", () => {
  const read = inspect("app/keys.txt", "sk_live_ ".repeat(60_000))?.read;
  assert.equal(read?.gaveUp, true);
});

test("secret inspector: text made to be slow comes to an end, and what was given up is said", () => {
  // Without a bound on the starts that are tried of each place, every one of these takes minutes.
  const rows: readonly (readonly [part: string, gaveUp: boolean])[] = [
    ["-eyJhbGci", true],
    ["-----BEGIN PRIVATE KEY-----\n ", false],
    ["sk-T3BlbkFJ-", true],
    ["AKIA", true],
  ];
  for (const [part, gaveUp] of rows) {
    const read = inspect("app/x.txt", part.repeat(Math.ceil(400_000 / part.length)))?.read;
    assert.equal(read?.gaveUp ?? false, gaveUp, part);
    assert.deepEqual(read?.secrets ?? [], []);
  }
});

test("secret inspector: binary content holds no text", () => {
  assert.equal(inspect("app/data", Buffer.from(`\0\0${secret}`, "latin1")), null);
});

const searched: readonly (readonly [path: string, wanted: boolean])[] = [
  ["app/.env", true],
  ["app/tests/settings.py", true],
  ["etc/ssl/private/server.key", true],
  ["root/.ssh/id_rsa", true],
  ["app/node_modules/a/index.js", true],
  ["app/node_modules/a/test/keys.pem", false],
  ["app/node_modules/a/index.d.ts", false],
  ["usr/lib/python3/dist-packages/a/tests/data.pem", false],
  ["usr/share/doc/a/README", false],
  ["app/package-lock.json", false],
  ["app/logo.PNG", false],
  ["app/lib.so", false],
];

for (const [path, wanted] of searched) {
  test(`secret inspector: ${path} is ${wanted ? "" : "not "}searched`, () => {
    assert.equal(secretInspector.wants({ path, sizeBytes: 100, mode: 0o644 }), wanted);
  });
}

test("secret inspector: too small and too large files are not wanted", () => {
  const wants = (sizeBytes: number): boolean => secretInspector.wants({ path: "a", sizeBytes, mode: 0o644 });
  assert.deepEqual([0, 7, 8, SEARCHED_BYTES_MAX, SEARCHED_BYTES_MAX + 1].map(wants), [
    false,
    false,
    true,
    true,
    false,
  ]);
});

test("secret inspector: values of other shapes are not read", () => {
  for (const value of [null, 1, "a", [], {}, { secrets: 1 }, { secrets: [1, {}, { rule: 1 }] }]) {
    const file: InspectedFile = {
      by: "secrets",
      path: "a",
      sizeBytes: 1,
      mode: 0,
      value,
      layer: null,
      layerIndex: null,
    };
    assert.deepEqual(readFileSecrets(file)?.secrets ?? [], []);
  }
});
