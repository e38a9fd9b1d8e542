import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import type { CatalogResult } from "../types.ts";
import { pypi } from "./index.ts";

type Files = Readonly<Record<string, string>>;

function sources(files: Files): CatalogResult {
  return catalogSample(pypi, { mode: "sources", distro: null, files });
}

function purls({ packages }: CatalogResult): readonly string[] {
  return [...new Set(packages.map((pkg) => pkg.purl.slice("pkg:pypi/".length)))].sort();
}

const U = "DEPENDENCY_UNPINNED";
const R = "RECORD_INVALID";

describe("requirements files together", () => {
  const rows: readonly (readonly [string, Files, readonly string[], readonly string[]])[] = [
    [
      "a constraint pins",
      { "requirements.txt": "a\n-c constraints.txt", "constraints.txt": "A==1\nb==2" },
      ["a@1"],
      [],
    ],
    [
      "a constraint of the including file pins too",
      {
        "requirements.txt": "-r requirements/x.txt\n-c constraints.txt",
        "requirements/x.txt": "a>0",
        "constraints.txt": "a==1",
      },
      ["a@1"],
      [],
    ],
    [
      "a constraint that nobody names does not",
      { "requirements.txt": "a", "constraints.txt": "a==1" },
      [],
      [U],
    ],
    [
      "files that include each other end",
      {
        "requirements.txt": "-r requirements-b.txt\na",
        "requirements-b.txt": "-r requirements.txt\n-c requirements.txt\nb==1",
      },
      ["b@1"],
      [U],
    ],
    [
      "an address is said without its password",
      { "requirements.txt": "a @ https://user:secret@example.org/a.whl" },
      [],
      [U],
    ],
  ];
  for (const [title, files, expected, codes] of rows) {
    it(title, () => {
      const result = sources(files);
      assert.deepEqual(purls(result), expected);
      assert.deepEqual(
        result.problems.map((problem) => problem.code),
        codes,
      );
      assert.ok(result.problems.every((problem) => !problem.message.includes("secret")));
    });
  }

  it("give the digests that they ask for", () => {
    const hash = "ab".repeat(32);
    const { packages } = sources({ "requirements.txt": `a==1 --hash=sha256:${hash} \\\n  --hash=sha256:no` });
    assert.deepEqual(packages[0]?.digests, [{ algorithm: "sha256", value: hash }]);
  });
});

describe("entries of Python lock files", () => {
  const rows: readonly (readonly [string, Files, readonly string[], readonly string[]])[] = [
    [
      "one broken table loses only itself",
      {
        "uv.lock":
          'version = 1\n\n[[package]]\nname = "a"\nversion = "1"\n\n[[package]]\nname = "b\nversion = "1"\n\n[[package]]\nname = "c"\nversion = "1"\n\n[metadata]\nx = 1\n',
      },
      ["a@1", "c@1"],
      [R],
    ],
    [
      "a repository is the origin",
      {
        "uv.lock":
          '[[package]]\nname = "a"\nversion = "1"\nsource = { git = "https://user:secret@example.org/u/a?rev=v1#abc" }\n',
        "poetry.lock":
          '[[package]]\nname = "b"\nversion = "1"\n[package.source]\ntype = "git"\nurl = "https://example.org/u/b.git"\nresolved_reference = "def"\n',
      },
      [
        "a@1?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fu%2Fa%40abc",
        "b@1?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fu%2Fb.git%40def",
      ],
      [],
    ],
    [
      "PEP 751 leaves out the version of an address",
      {
        "pylock.dev.toml":
          '[[packages]]\nname = "a"\n[packages.archive]\nurl = "https://example.org/a.zip"\n',
      },
      [],
      [U],
    ],
  ];
  for (const [title, files, expected, codes] of rows) {
    it(title, () => {
      const result = sources(files);
      assert.deepEqual(purls(result), expected);
      assert.deepEqual(
        result.problems.map((problem) => problem.code),
        codes,
      );
    });
  }
});

describe("Python projects that nothing pins", () => {
  const rows: readonly (readonly [string, Files, number])[] = [
    ["PEP 621", { "pyproject.toml": '[project]\ndependencies = ["a"]' }, 1],
    ["without dependencies", { "pyproject.toml": '[project]\nname = "a"' }, 0],
    ["Poetry with Python alone", { "pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.9"' }, 0],
    ["Poetry", { "pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.9"\na = "*"' }, 1],
    ["dynamic", { "pyproject.toml": '[project]\ndynamic = ["dependencies"]' }, 1],
    ["broken", { "pyproject.toml": "[" }, 1],
    [
      "setup.py and setup.cfg are one project",
      { "setup.py": "setup(install_requires=[])", "setup.cfg": "[options]\ninstall_requires =\n  a\n" },
      1,
    ],
    ["Pipfile", { Pipfile: '[packages]\na = "*"' }, 1],
    [
      "a lock beside",
      { "x/pyproject.toml": '[project]\ndependencies = ["a"]', "x/pylock.toml": 'lock-version = "1.0"\n' },
      0,
    ],
    [
      "a lock above",
      { "x/pyproject.toml": '[project]\ndependencies = ["a"]', "requirements/base.txt": "a==1" },
      0,
    ],
    ["requirements.in", { "requirements.in": "a\n" }, 1],
  ];
  for (const [title, files, count] of rows) {
    it(`${title}: ${count}`, () => {
      assert.deepEqual(
        sources(files).problems.map((problem) => problem.code),
        Array(count).fill(U),
      );
    });
  }
});
