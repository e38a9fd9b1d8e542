/**
 * Source trees whose lock files have one malformed entry each, read from the command line: the entries around it are listed, the
 * file is named, and the result is incomplete.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import type { Sbom } from "../../src/domain/package.ts";
import { runInProcess } from "../helpers/run-plimsoll.ts";

interface Row {
  readonly path: string;
  /** `before` and `after` are its sound entries. */
  readonly text: string;
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);
const npm3 = (bad: unknown): string =>
  json({
    name: "app",
    lockfileVersion: 3,
    packages: {
      "": { name: "app" },
      "node_modules/before": { version: "1.0.0" },
      "node_modules/bad": bad,
      "node_modules/after": { version: "1.0.0" },
    },
  });
const npm1 = (bad: unknown): string =>
  json({
    lockfileVersion: 1,
    dependencies: { before: { version: "1.0.0" }, bad, after: { version: "1.0.0" } },
  });
const yarn = (bad: string): string =>
  `# yarn lockfile v1\n\n\nbefore@^1.0.0:\n  version "1.0.0"\n\n${bad}\n\nafter@^1.0.0:\n  version "1.0.0"\n`;
const berry = (bad: string): string =>
  `__metadata:\n  version: 8\n\n"before@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "before@npm:1.0.0"\n\n${bad}\n\n"after@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "after@npm:1.0.0"\n`;
const crates = "registry+https://github.com/rust-lang/crates.io-index";
const cargo = (bad: string): string =>
  `version = 4\n\n[[package]]\nname = "before"\nversion = "1.0.0"\nsource = "${crates}"\n\n[[package]]\n${bad}\n\n[[package]]\nname = "after"\nversion = "1.0.0"\nsource = "${crates}"\n`;
const poetry = (bad: string): string =>
  `[[package]]\nname = "before"\nversion = "1.0.0"\n\n[[package]]\n${bad}\n\n[[package]]\nname = "after"\nversion = "1.0.0"\n\n[metadata]\nlock-version = "2.0"\n`;

const wrong: readonly unknown[] = [
  null,
  7,
  "text",
  [],
  {},
  { version: 7 },
  { version: "" },
  { version: "1 .0\n" },
  { version: "x".repeat(5000) },
];

const rows: readonly Row[] = [
  ...wrong.map((bad, index) => ({ path: `npm3-${index}/package-lock.json`, text: npm3(bad) })),
  ...wrong.map((bad, index) => ({ path: `npm1-${index}/package-lock.json`, text: npm1(bad) })),
  ...[
    "bad@^1.0.0:",
    "bad@^1.0.0:\n  version",
    'bad@^1.0.0:\n  version "1 0"',
    'bad:\n  version "1.0.0"',
    `bad@^1.0.0:\n  version "${"1".repeat(5000)}"`,
    "<<<<<<< ours",
    '@:\n  version "1.0.0"',
  ].map((bad, index) => ({ path: `yarn-${index}/yarn.lock`, text: yarn(bad) })),
  ...[
    '"bad@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "bad"',
    '"bad@npm:^1.0.0":\n  resolution: "bad@npm:1.0.0"',
  ].map((bad, index) => ({ path: `berry-${index}/yarn.lock`, text: berry(bad) })),
  ...[
    'name = "bad"',
    'name = "bad"\nversion = 7',
    'name = ["bad"]\nversion = "1.0.0"',
    'name = "bad"\nversion = "',
    'name = "bad"\nname = "bad"\nversion = "1.0.0"',
    'name = "bad"\n<<<<<<< ours',
    `name = "bad"\nversion = "${"1".repeat(5000)}"`,
  ].flatMap((bad, index) => [
    { path: `cargo-${index}/Cargo.lock`, text: cargo(bad) },
    { path: `poetry-${index}/poetry.lock`, text: poetry(bad) },
  ]),
];

const folder = mkdtempSync(join(tmpdir(), "plimsoll-lock-files-"));
let document: Sbom;

before(async () => {
  for (const { path, text } of rows) {
    const file = join(folder, "tree", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const env = { PLIMSOLL_DB_DIR: join(folder, "db"), PLIMSOLL_CACHE_DIR: join(folder, "cache") };
  const run = await runInProcess(["sbom", "--format", "json", `fs://${join(folder, "tree")}`], { env });
  assert.equal(run.exitCode, 0, run.stderr);
  document = JSON.parse(run.stdout) as Sbom;
});
after(() => rmSync(folder, { recursive: true, force: true }));

for (const { path } of rows) {
  test(`hostile: ${path}`, () => {
    const found = document.packages
      .filter(({ evidence }) => evidence.some((place) => place.path === path))
      .map(({ name }) => name);
    assert.deepEqual(found.sort(), ["after", "before"]);
    const codes = document.problems.filter((problem) => problem.path === path).map(({ code }) => code);
    assert.deepEqual(codes, ["RECORD_INVALID"]);
  });
}

test("hostile: a tree with malformed lock files is incomplete", () =>
  assert.equal(document.completeness, "incomplete"));
