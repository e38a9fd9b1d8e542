import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { CatalogMode } from "../types.ts";
import { npm } from "./index.ts";

function catalog(files: readonly WantedFile[], mode: CatalogMode) {
  return npm.catalog(files, { mode, distro: null, inspected: [] });
}

function installed(document: unknown, path = "app/node_modules/a/package.json") {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  return catalog([wantedFile(path, text)], "installed");
}

describe("paths of npm packages", () => {
  const rows: readonly (readonly [string, CatalogMode, boolean])[] = [
    ["app/node_modules/a/package.json", "installed", true],
    ["node_modules/a/package.json", "installed", true],
    ["app/node_modules/@b/c/package.json", "installed", true],
    ["usr/lib/node_modules/npm/package.json", "installed", true],
    ["app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json", "installed", true],
    ["app/node_modules/a/dist/esm/package.json", "installed", false],
    ["app/node_modules/@b/c/d/package.json", "installed", false],
    ["app/node_modules/@b/package.json", "installed", false],
    ["app/node_modules/.cache/package.json", "installed", false],
    ["app/node_modules/package.json", "installed", false],
    ["app/package.json", "installed", false],
    ["package.json", "installed", false],
    ["app/package-lock.json", "installed", false],
    ["package-lock.json", "sources", true],
    ["app/yarn.lock", "sources", true],
    ["app/pnpm-lock.yaml", "sources", true],
    ["app/npm-shrinkwrap.json", "sources", true],
    ["app/package.json", "sources", true],
    ["app/node_modules/a/package.json", "sources", false],
    ["node_modules/a/yarn.lock", "sources", false],
  ];
  for (const [path, mode, isWanted] of rows) {
    it(`${path} (${mode}): ${isWanted}`, () => assert.equal(npm.wants(path, mode), isWanted));
  }
});

describe("installed npm packages", () => {
  it("carry what their package.json tells", () => {
    const { packages, problems } = installed(
      {
        name: "@scope/a",
        version: "1.2.3",
        license: "MIT",
        author: { name: "Ann", email: "a@b.c" },
        description: " text ",
      },
      "app/node_modules/@scope/a/package.json",
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(packages, [
      {
        ecosystem: "npm",
        namespace: "@scope",
        name: "a",
        version: "1.2.3",
        purl: "pkg:npm/%40scope/a@1.2.3",
        sourcePackage: null,
        architecture: null,
        licenses: ["MIT"],
        author: "Ann <a@b.c>",
        description: "text",
        sizeBytes: null,
        evidence: [{ path: "app/node_modules/@scope/a/package.json", layer: "sha256:layer0", layerIndex: 0 }],
      },
    ]);
    assert.deepEqual(npm.lookUp(packages[0]!, null), [
      { space: "npm", name: "@scope/a", version: "1.2.3", by: "package" },
    ]);
  });

  const licenses: readonly (readonly [unknown, readonly string[]])[] = [
    [{ license: "(MIT OR Apache-2.0)" }, ["MIT OR Apache-2.0"]],
    [{ license: { type: "BSD-3-Clause", url: "x" } }, ["BSD-3-Clause"]],
    [{ licenses: [{ type: "MIT" }, { type: "Apache 2" }, 7, null] }, ["Apache-2.0", "MIT"]],
    [{ license: ["ISC", "MIT"] }, ["ISC", "MIT"]],
    [{ licenses: "MIT" }, ["MIT"]],
    [{ license: "SEE LICENSE IN x" }, ["LicenseRef-SEE-LICENSE-IN-x"]],
    [{ license: "UNLICENSED" }, ["LicenseRef-UNLICENSED"]],
    [{ license: 7, licenses: {} }, []],
  ];
  for (const [fields, expected] of licenses) {
    it(`licence ${JSON.stringify(fields)}`, () => {
      const { packages } = installed({ name: "a", version: "1", ...(fields as object) });
      assert.deepEqual(packages[0]?.licenses, expected);
    });
  }

  const people: readonly (readonly [unknown, string | null])[] = [
    ["Ann <a@b.c> (http://x)", "Ann <a@b.c> (http://x)"],
    [{ name: "Ann" }, "Ann"],
    [{ email: "a@b.c" }, "a@b.c"],
    [["Ann"], null],
    ["", null],
  ];
  for (const [author, expected] of people) {
    it(`author ${JSON.stringify(author)}`, () => {
      assert.equal(installed({ name: "a", version: "1", author }).packages[0]?.author, expected);
    });
  }

  it("have their real name in a folder of another name", () => {
    assert.equal(
      installed({ name: "real", version: "1.0.0" }, "node_modules/alias/package.json").packages[0]?.name,
      "real",
    );
  });

  const broken: readonly (readonly [string, string])[] = [
    ["{", "PARSE_FAILED"],
    ["", "PARSE_FAILED"],
    ["[]", "VERSION_INVALID"],
    ["null", "VERSION_INVALID"],
    ['{"name":"a"}', "VERSION_INVALID"],
    ['{"name":"a b","version":"1"}', "VERSION_INVALID"],
    ['{"name":"a","version":7}', "VERSION_INVALID"],
    ["[".repeat(200_000), "PARSE_FAILED"],
    [`${"[".repeat(200_000)}${"]".repeat(200_000)}`, "VERSION_INVALID"],
    [`{"name":"a","version":"${"1".repeat(1000)}"}`, "VERSION_INVALID"],
  ];
  for (const [text, code] of broken) {
    it(`${text.slice(0, 40)} is a problem: ${code}`, () => {
      const { packages, problems } = installed(text);
      assert.deepEqual([packages.length, problems.map((problem) => problem.code)], [0, [code]]);
    });
  }

  it("with a byte order mark are read", () => {
    assert.equal(installed('\ufeff{"name":"a","version":"1"}').packages.length, 1);
  });
});

const lockV3 = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    "": { name: "root", version: "0.0.1" },
    "node_modules/a": { version: "1.0.0", license: "MIT" },
    "node_modules/a/node_modules/@b/c": { version: "2.0.0", dev: true },
    "node_modules/alias": { name: "real", version: "3.0.0" },
    "node_modules/work": { resolved: "packages/work", link: true },
    "node_modules/local": { version: "1.0.0", resolved: "file:../local" },
    "packages/work": { version: "0.1.0" },
    "node_modules/bad": { version: 7 },
    "node_modules/worse": null,
  },
});
const lockV1 = JSON.stringify({
  lockfileVersion: 1,
  dependencies: {
    a: { version: "1.0.0", dependencies: { "@b/c": { version: "2.0.0", dev: true } } },
    alias: { version: "npm:real@3.0.0" },
    scoped: { version: "npm:@s/real@4.0.0" },
    local: { version: "file:../local" },
    git: { version: "git+ssh://git@example.org/x.git#abc" },
    bad: "1.0.0",
  },
});
const yarnClassic = `# yarn lockfile v1


a@^1.0.0, a@~1.0.0:
  version "1.0.0"
  resolved "https://registry.example.org/a/-/a-1.0.0.tgz#abc"
  dependencies:
    version "9.9.9"

"@b/c@2.x", "@b/c@^2.0.0":
  version "2.0.0"

"alias@npm:real@^3.0.0":
  version "3.0.0"

"scoped@npm:@s/real@^4.0.0":
  version "4.0.0"

"local@file:../local":
  version "1.0.0"

bad@^1.0.0:
  resolved "x"
`;
const yarnBerry = `# made by Yarn

__metadata:
  version: 8

"a@npm:^1.0.0, a@npm:~1.0.0":
  version: 1.0.0
  resolution: "a@npm:1.0.0"
  dependencies:
    version: "npm:9.9.9"

"@b/c@npm:^2.0.0":
  version: 2.0.0
  resolution: "@b/c@npm:2.0.0"

"alias@npm:real@^3.0.0":
  version: 3.0.0
  resolution: "real@npm:3.0.0"

"@s/real@patch:@s/real@npm%3A^4.0.0#./x.patch":
  version: 4.0.0
  resolution: "@s/real@patch:@s/real@npm%3A4.0.0#./x.patch::version=4.0.0&hash=abc"

"root@workspace:.":
  version: 0.0.0-use.local
  resolution: "root@workspace:."

"bad@npm:^1.0.0":
  resolution: "bad@npm:1.0.0"
`;
const pnpm5 = `lockfileVersion: 5.4

importers:
  .:
    specifiers:
      a: ^1.0.0

packages:

  /a/1.0.0:
    resolution: {integrity: sha512-x}
    dependencies:
      version: 9.9.9
    dev: false

  /@b/c/2.0.0_react@17.0.2:
    resolution: {integrity: sha512-x}

  registry.example.org/real/3.0.0:
    resolution: {integrity: sha512-x}

  github.com/u/r/0123456789abcdef:
    resolution: {tarball: https://codeload.github.com/u/r/tar.gz/0123456789abcdef}
    name: '@s/real'
    version: 4.0.0

  file:../local:
    resolution: {directory: ../local, type: directory}
    name: local
    version: 1.0.0

  /bad:
    resolution: {integrity: sha512-x}
`;
const pnpm6 = `lockfileVersion: '6.0'

packages:

  /a@1.0.0:
    resolution: {integrity: sha512-x}

  /@b/c@2.0.0(react@17.0.2)(x@1.0.0):
    resolution: {integrity: sha512-x}

  /real@3.0.0:
    resolution: {integrity: sha512-x}

  /@s/real@4.0.0:
    resolution: {integrity: sha512-x}

  /bad:
    resolution: {integrity: sha512-x}
`;
const pnpm9 = `lockfileVersion: '9.0'

packages:

  a@1.0.0:
    resolution: {integrity: sha512-x}

  '@b/c@2.0.0':
    resolution: {integrity: sha512-x}

  real@https://codeload.github.com/u/r/tar.gz/abc:
    resolution: {tarball: https://codeload.github.com/u/r/tar.gz/abc}
    version: 3.0.0

  ? '@s/real@4.0.0'
  : resolution: {integrity: sha512-x}

  local@file:../local:
    resolution: {directory: ../local, type: directory}

  bad@https://codeload.github.com/u/bad/tar.gz/abc:
    resolution: {tarball: https://codeload.github.com/u/bad/tar.gz/abc}

snapshots:

  ghost@1.0.0: {}
`;

describe("npm lock files", () => {
  const four = ["@b/c@2.0.0", "@s/real@4.0.0", "a@1.0.0", "real@3.0.0"];
  const rows: readonly (readonly [string, string, string, readonly string[], readonly string[]])[] = [
    [
      "version 3",
      "package-lock.json",
      lockV3,
      ["@b/c@2.0.0", "a@1.0.0", "real@3.0.0"],
      ["RECORD_INVALID", "RECORD_INVALID"],
    ],
    ["version 1", "npm-shrinkwrap.json", lockV1, four, ["DEPENDENCY_UNPINNED", "RECORD_INVALID"]],
    ["an empty project", "package-lock.json", '{"lockfileVersion":3,"packages":{}}', [], []],
    ["broken JSON", "package-lock.json", "{", [], ["PARSE_FAILED"]],
    ["another JSON", "package-lock.json", "{}", [], ["PARSE_FAILED"]],
    ["Yarn classic", "yarn.lock", yarnClassic, four, ["RECORD_INVALID"]],
    ["Yarn 2 and later", "yarn.lock", yarnBerry, four, ["RECORD_INVALID"]],
    ["Yarn, empty", "yarn.lock", "# yarn lockfile v1\n\n", [], []],
    ["Yarn, broken", "yarn.lock", "\n", [], ["PARSE_FAILED"]],
    [
      "Yarn, conflict",
      "yarn.lock",
      '<<<<<<< HEAD\na@^1.0.0:\n  version "1.0.0"\n=======\n',
      ["a@1.0.0"],
      ["RECORD_INVALID", "RECORD_INVALID"],
    ],
    ["pnpm 5", "pnpm-lock.yaml", pnpm5, four, ["RECORD_INVALID"]],
    ["pnpm 6", "pnpm-lock.yaml", pnpm6, four, ["RECORD_INVALID"]],
    ["pnpm 9", "pnpm-lock.yaml", pnpm9, four, ["RECORD_INVALID"]],
    ["pnpm, broken", "pnpm-lock.yaml", "packages:\n", [], ["PARSE_FAILED"]],
  ];
  for (const [title, name, text, expected, codes] of rows) {
    it(title, () => {
      const { packages, problems } = catalog([wantedFile(name, text)], "sources");
      const names = packages.map(
        (pkg) => `${pkg.namespace === null ? "" : `${pkg.namespace}/`}${pkg.name}@${pkg.version}`,
      );
      assert.deepEqual(names.sort(), expected);
      assert.deepEqual(
        problems.map((problem) => problem.code),
        codes,
      );
    });
  }

  it("say a licence where npm writes one", () => {
    const { packages } = catalog([wantedFile("package-lock.json", lockV3)], "sources");
    assert.deepEqual(packages.find((pkg) => pkg.name === "a")?.licenses, ["MIT"]);
  });

  it("cap the number of problems of one file", () => {
    const entries = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`node_modules/p${index}`, null]),
    );
    const text = JSON.stringify({ lockfileVersion: 3, packages: entries });
    assert.equal(catalog([wantedFile("package-lock.json", text)], "sources").problems.length, 21);
  });
});

describe("projects without a lock file", () => {
  const project = '{"dependencies":{"a":"^1"}}';
  const rows: readonly (readonly [string, Readonly<Record<string, string>>, number])[] = [
    ["are said", { "x/package.json": project }, 1],
    ["with a lock beside are not", { "x/package.json": project, "x/yarn.lock": "# yarn lockfile v1\n" }, 0],
    [
      "with a lock above are not",
      { "x/y/package.json": project, "package-lock.json": '{"lockfileVersion":3}' },
      0,
    ],
    [
      "with a lock elsewhere are said",
      { "x/package.json": project, "y/package-lock.json": '{"lockfileVersion":3}' },
      1,
    ],
    ["without dependencies are not", { "package.json": "{}" }, 0],
    ["that cannot be read are said", { "package.json": "{" }, 1],
  ];
  for (const [title, files, count] of rows) {
    it(title, () => {
      const { problems } = catalog(
        Object.entries(files).map(([path, text]) => wantedFile(path, text)),
        "sources",
      );
      assert.deepEqual(
        problems.map((problem) => problem.code),
        Array(count).fill("DEPENDENCY_UNPINNED"),
      );
    });
  }
});
