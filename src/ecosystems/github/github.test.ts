import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { CatalogMode, CatalogResult } from "../types.ts";
import { workflow } from "./fixtures/sample.ts";
import { github } from "./index.ts";

function read(text: string, path = ".github/workflows/ci.yml"): CatalogResult {
  return github.catalog([wantedFile(path, text)], { mode: "sources", distro: null, inspected: [] });
}

describe("github: which files", () => {
  const rows: readonly (readonly [string, CatalogMode, boolean])[] = [
    [".github/workflows/ci.yml", "sources", true],
    ["sub/.github/workflows/ci.yaml", "sources", true],
    ["tools/action.yml", "sources", true],
    [".github/workflows/ci.yml", "installed", false],
    [".github/workflows/deep/ci.yml", "sources", false],
    [".github/dependabot.yml", "sources", false],
    ["my-action.yml", "sources", false],
  ];
  for (const [path, mode, expected] of rows) {
    it(`${path} (${mode})`, () => assert.equal(github.wants(path, mode), expected));
  }
});

describe("github: uses", () => {
  it("of steps and jobs, each once; local actions, images, comments and scripts are none", () => {
    const { packages, problems } = read(workflow);
    assert.deepEqual(packages.map(({ purl }) => purl).sort(), [
      "pkg:github/acme/workflows@main#.github/workflows/deploy.yml",
      "pkg:github/actions/checkout@v4",
      "pkg:github/actions/setup-node@0123456789abcdef0123456789abcdef01234567",
      "pkg:github/github/codeql-action@v3#analyze",
    ]);
    assert.deepEqual([...new Set(problems.map(({ code }) => code))], ["DEPENDENCY_UNPINNED"]);
    assert.ok(!problems.some(({ message }) => /setup-node/i.test(message)));
  });

  it("of a composite action", () => {
    const { packages } = read("runs:\n  using: composite\n  steps:\n    - uses: a/b@v1\n", "action.yml");
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ["pkg:github/a/b@v1"],
    );
  });

  const bad: readonly (readonly [string, string])[] = [
    ["jobs: {a: {steps: [{uses: 'a/b'}]}}", "RECORD_INVALID"],
    ["jobs: {a: {steps: [{uses: 'b@v1'}]}}", "RECORD_INVALID"],
    ["jobs: {a: {steps: [{uses: 'a/b@${{ x }}'}]}}", "RECORD_INVALID"],
    ["jobs: [", "PARSE_FAILED"],
    ["\t{", "PARSE_FAILED"],
    [" ".repeat(1024 * 1024 + 1), "PARSE_FAILED"],
  ];
  for (const [text, code] of bad) {
    it(`${JSON.stringify(text.slice(0, 40))} is ${code}`, () => {
      const { packages, problems } = read(text);
      assert.deepEqual([packages.length, problems.map((problem) => problem.code)], [0, [code]]);
    });
  }

  it("aliases that grow without end are refused", () => {
    const bomb = [
      "a: &a [x, x]",
      ..."bcdefghij".split("").map((name, at) => {
        const before = "abcdefghi"[at] ?? "a";
        return `${name}: &${name} [${Array.from({ length: 20 }, () => `*${before}`).join(", ")}]`;
      }),
    ].join("\n");
    assert.deepEqual(
      read(bomb).problems.map(({ code }) => code),
      ["PARSE_FAILED"],
    );
  });

  it("a tag can be looked up, a commit cannot", () => {
    const [pkg] = read("jobs: {a: {steps: [{uses: a/b@v1.2.3}]}}").packages;
    assert.deepEqual(github.lookUp(pkg!, null), [
      { space: "github", name: "a/b", version: "v1.2.3", by: "package" },
    ]);
    assert.deepEqual(github.lookUp({ ...pkg!, version: "0".repeat(40) }, null), []);
  });
});
