import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { CatalogMode } from "../types.ts";
import { pypi } from "./index.ts";

function catalog(files: Readonly<Record<string, string>>, mode: CatalogMode) {
  return pypi.catalog(
    Object.entries(files).map(([path, text]) => wantedFile(path, text)),
    { mode, distro: null, inspected: [] },
  );
}

const SITE = "usr/lib/python3.11/site-packages";

function installed(text: string, path = `${SITE}/a-1.0.dist-info/METADATA`) {
  return catalog({ [path]: text }, "installed");
}

describe("paths of Python packages", () => {
  const rows: readonly (readonly [string, CatalogMode, boolean])[] = [
    [`${SITE}/a-1.0.dist-info/METADATA`, "installed", true],
    [`${SITE}/a-1.0.egg-info/PKG-INFO`, "installed", true],
    [`${SITE}/a-1.0-py3.11.egg-info`, "installed", true],
    [`${SITE}/a-1.0-py3.11.egg/EGG-INFO/PKG-INFO`, "installed", true],
    [`${SITE}/setuptools/_vendor/b-1.0.dist-info/METADATA`, "installed", true],
    [`${SITE}/a-1.0.dist-info/RECORD`, "installed", true],
    [`${SITE}/a-1.0.dist-info/direct_url.json`, "installed", true],
    [`${SITE}/a-1.0.dist-info/WHEEL`, "installed", false],
    [`${SITE}/a-1.0.egg-info/requires.txt`, "installed", true],
    [`${SITE}/a-1.0.egg-info/SOURCES.txt`, "installed", false],
    [`${SITE}/pip/_vendor/vendor.txt`, "installed", true],
    ["app/requirements.txt", "installed", false],
    ["requirements.txt", "sources", true],
    ["requirements-dev.txt", "sources", true],
    ["dev-requirements.txt", "sources", true],
    ["requirements/base.txt", "sources", true],
    ["x/poetry.lock", "sources", true],
    ["uv.lock", "sources", true],
    ["pdm.lock", "sources", true],
    ["pylock.toml", "sources", true],
    ["Pipfile.lock", "sources", true],
    ["notes.txt", "sources", false],
  ];
  for (const [path, mode, isWanted] of rows) {
    it(`${path} (${mode}): ${isWanted}`, () => assert.equal(pypi.wants(path, mode), isWanted));
  }
});

describe("installed Python packages", () => {
  it("carry what their metadata tells", () => {
    const { packages, problems } = installed(
      "Metadata-Version: 2.1\nName: Zope.Interface\nVersion: 5.0.1\nSummary: text\nAuthor: Ann\nLicense: ZPL 2.1\n\nName: body\n",
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(packages, [
      {
        ecosystem: "pypi",
        namespace: null,
        name: "zope-interface",
        version: "5.0.1",
        purl: "pkg:pypi/zope-interface@5.0.1",
        sourcePackage: null,
        architecture: null,
        licenses: ["ZPL-2.1"],
        author: "Ann",
        description: "text",
        sizeBytes: null,
        evidence: [{ path: `${SITE}/a-1.0.dist-info/METADATA`, layer: "sha256:layer0", layerIndex: 0 }],
      },
    ]);
    assert.deepEqual(pypi.lookUp(packages[0]!, null), [
      { space: "pypi", name: "zope-interface", version: "5.0.1", by: "package" },
    ]);
  });

  const licenses: readonly (readonly [string, readonly string[]])[] = [
    ["License-Expression: MIT OR Apache-2.0\nLicense: x", ["MIT OR Apache-2.0"]],
    ["License: BSD-3-Clause\nClassifier: License :: OSI Approved :: BSD License", ["BSD-3-Clause"]],
    ["License: see file\nClassifier: License :: OSI Approved :: MIT License", ["MIT"]],
    [
      "Classifier: License :: OSI Approved\nClassifier: License :: OSI Approved :: Apache Software License\nClassifier: Topic :: X\nClassifier: License :: OSI Approved :: MIT License",
      ["Apache-2.0", "MIT"],
    ],
    ["License: Our own", ["LicenseRef-Our-own"]],
    [
      `License: MIT License\n        \n        ${"Permission is granted ".repeat(30)}\nClassifier: Topic :: X`,
      ["MIT"],
    ],
    ["License: UNKNOWN", []],
    ["Summary: none", []],
  ];
  for (const [fields, expected] of licenses) {
    it(`licence ${JSON.stringify(fields.slice(0, 60))}`, () => {
      assert.deepEqual(installed(`Name: a\nVersion: 1\n${fields}\n`).packages[0]?.licenses, expected);
    });
  }

  const folders = [
    [`${SITE}/My_Pkg-1.2.dist-info/METADATA`, "my-pkg", "1.2"],
    [`${SITE}/b-1.3-py3.9.egg-info`, "b", "1.3"],
    [`${SITE}/c-1.4-py3.9.egg/EGG-INFO/PKG-INFO`, "c", "1.4"],
    [`${SITE}/old-name-1.5-py3.9.egg-info`, "old-name", "1.5"],
  ] as const;
  for (const [path, name, version] of folders) {
    it(`with empty metadata take name and version from ${path}`, () => {
      const { packages, problems } = installed("", path);
      assert.deepEqual([packages[0]?.name, packages[0]?.version, problems.length], [name, version, 0]);
    });
  }

  it("that nothing names are a problem", () => {
    const { packages, problems } = installed("Summary: x\n", "app/src.egg-info/PKG-INFO");
    assert.deepEqual(installed("Name: no-version\n", `${SITE}/no-version-py3.8.egg-info`).packages, []);
    assert.deepEqual([packages.length, problems.map((problem) => problem.code)], [0, ["RECORD_INVALID"]]);
  });
});

const requirements = `# a comment
a==1.0.0 --hash=sha256:abc
B_b[extra1,extra2]==2.0.0 ; python_version >= "3.8" \\
    --hash=sha256:abc \\
    --hash=sha256:def
c === 3.0  # why
d>=1.0
e==1.*
f
g @ https://example.org/g-1.0.whl
-e .
-r base.txt
-r other.txt
-i https://example.org/simple
--no-binary :all:
h==4.0,!=4.1
`;
const poetry = `[[package]]
name = "a"
version = "1.0.0"

[[package]]
name = "B_b"
version = "2.0.0"
[package.source]
type = "git"
url = "https://example.org"

[[package]]
name = "local"
version = "0.1"
[package.source]
type = "directory"
url = "../local"

[[package]]
name = "bad"
`;
const uv = `version = 1

[[package]]
name = "root"
version = "0.1.0"
source = { virtual = "." }

[[package]]
name = "edit"
version = "0.1.0"
source = { editable = "x" }

[[package]]
name = "a"
version = "1.0.0"
source = { registry = "https://example.org/simple" }

[[package]]
name = "b-b"
version = "2.0.0"
source = { git = "https://example.org" }

[[package]]
version = "2.0.0"
`;
const pdm = `[metadata]
lock_version = "4.5.0"

[[package]]
name = "a"
version = "1.0.0"

[[package]]
name = "a"
version = "1.0.0"
extras = ["x"]

[[package]]
name = "b.b"
version = "2.0.0"

[[package]]
name = "local"
version = "0.1"
path = "./local"
`;
const pylock = `lock-version = "1.0"
[[packages]]
name = "a"
version = "1.0.0"
[[packages]]
name = "b-b"
version = "2.0.0"
[[packages]]
name = "local"
[packages.directory]
path = "."
`;
const pipfile = JSON.stringify({
  _meta: {},
  default: {
    a: { version: "==1.0.0" },
    local: { path: ".", editable: true },
    git: { git: "https://example.org" },
  },
  develop: { "b.b": { version: "===2.0.0" }, bad: { version: 7 }, worse: "x" },
});

describe("Python lock files", () => {
  const two = ["a@1.0.0", "b-b@2.0.0"];
  const U = "DEPENDENCY_UNPINNED";
  const R = "RECORD_INVALID";
  const rows: readonly (readonly [
    string,
    Readonly<Record<string, string>>,
    readonly string[],
    readonly string[],
  ])[] = [
    [
      "requirements.txt",
      { "requirements.txt": requirements },
      [...two, "c@3.0", "h@4.0"],
      [U, U, U, U, U, U, U],
    ],
    [
      "requirements that include each other",
      {
        "x/requirements.txt": "-r ../requirements/base.txt\n-c ./requirements-c.txt\na",
        "x/requirements-c.txt": "a==1.0.0\nghost==1.0.0",
        "requirements/base.txt": "b_b==2.0.0\\",
      },
      two,
      [],
    ],
    ["Poetry", { "poetry.lock": poetry }, two, [R]],
    ["uv", { "uv.lock": uv }, two, [R]],
    ["pdm", { "pdm.lock": pdm }, two, []],
    ["PEP 751", { "pylock.toml": pylock }, two, []],
    ["Pipenv", { "Pipfile.lock": pipfile }, two, [U, R, R]],
    ["broken TOML", { "uv.lock": "[[package" }, [], ["PARSE_FAILED"]],
    ["deep TOML", { "uv.lock": `a = ${"[".repeat(100_000)}` }, [], ["PARSE_FAILED"]],
    ["TOML of another kind", { "uv.lock": "package = 1" }, [], ["PARSE_FAILED"]],
    ["broken JSON", { "Pipfile.lock": "{" }, [], ["PARSE_FAILED"]],
    ["JSON of another kind", { "Pipfile.lock": "[]" }, [], ["PARSE_FAILED"]],
  ];
  for (const [title, files, expected, codes] of rows) {
    it(title, () => {
      const { packages, problems } = catalog(files, "sources");
      assert.deepEqual(packages.map((pkg) => `${pkg.name}@${pkg.version}`).sort(), expected);
      assert.deepEqual(
        problems.map((problem) => problem.code),
        codes,
      );
    });
  }
});
