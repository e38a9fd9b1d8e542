import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { fileTree } from "../../../test/helpers/file-tree.ts";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import { writeZip } from "../../../test/helpers/zip.ts";
import type { CatalogResult } from "../types.ts";
import { npm } from "./index.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;

function installed(files: Files): CatalogResult {
  return catalogSample(npm, { mode: "installed", distro: null, files });
}

/** `a@1.0.0 > b@1.0.0`, sorted. */
function edges({ packages }: CatalogResult): readonly string[] {
  const names = new Map(packages.map((pkg) => [pkg.purl, `${pkg.name}@${pkg.version}`]));
  const all = packages.flatMap((pkg) =>
    (pkg.dependsOn ?? []).map((purl) => `${pkg.name}@${pkg.version} > ${names.get(purl) ?? purl}`),
  );
  return [...new Set(all)].sort();
}

function manifest(name: string, version: string, rest: object = {}): string {
  return JSON.stringify({ name, version, ...rest });
}

const needsB = { dependencies: { b: "*" } };

describe("edges between installed npm packages", () => {
  const rows: readonly (readonly [string, Files, readonly string[]])[] = [
    [
      "the nearest folder upward is found",
      {
        "app/node_modules/a/package.json": manifest("a", "1.0.0", needsB),
        "app/node_modules/b/package.json": manifest("b", "1.0.0"),
        "app/node_modules/c/package.json": manifest("c", "1.0.0", needsB),
        "app/node_modules/c/node_modules/b/package.json": manifest("b", "2.0.0"),
        "app/x/node_modules/d/package.json": manifest("d", "1.0.0", needsB),
        "node_modules/b/package.json": manifest("b", "3.0.0"),
        "other/node_modules/e/package.json": manifest("e", "1.0.0", needsB),
      },
      ["a@1.0.0 > b@1.0.0", "c@1.0.0 > b@2.0.0", "d@1.0.0 > b@1.0.0", "e@1.0.0 > b@3.0.0"],
    ],
    [
      "Debian's folder of modules is one",
      {
        "usr/share/nodejs/a/package.json": manifest("a", "1.0.0", needsB),
        "usr/share/nodejs/b/package.json": manifest("b", "1.0.0"),
        "usr/share/nodejs/c/package.json": manifest("c", "1.0.0", needsB),
        "usr/share/nodejs/c/node_modules/b/package.json": manifest("b", "2.0.0"),
      },
      ["a@1.0.0 > b@1.0.0", "c@1.0.0 > b@2.0.0"],
    ],
    [
      "scopes, aliases, optional and peer dependencies count, development ones do not",
      {
        "node_modules/@s/a/package.json": manifest("@s/a", "1.0.0", {
          dependencies: { alias: "npm:real@^1" },
          optionalDependencies: { o: "1" },
          peerDependencies: { p: "1", missing: "1" },
          devDependencies: { d: "1" },
        }),
        "node_modules/alias/package.json": manifest("real", "1.0.0"),
        "node_modules/o/package.json": manifest("o", "1.0.0"),
        "node_modules/p/package.json": manifest("p", "1.0.0", { dependencies: { "@s/a": "1" } }),
        "node_modules/d/package.json": manifest("d", "1.0.0"),
      },
      ["a@1.0.0 > o@1.0.0", "a@1.0.0 > p@1.0.0", "a@1.0.0 > real@1.0.0", "p@1.0.0 > a@1.0.0"],
    ],
    [
      "in a store a link can lead to the only version, and of several nobody knows",
      {
        "n/node_modules/.bun/a@1.0.0/node_modules/a/package.json": manifest("a", "1.0.0", {
          dependencies: { b: "1", alias: "npm:c@1" },
        }),
        "n/node_modules/.bun/b@1.0.0/node_modules/b/package.json": manifest("b", "1.0.0"),
        "n/node_modules/.bun/b@2.0.0/node_modules/b/package.json": manifest("b", "2.0.0"),
        "n/node_modules/.bun/c@1.0.0/node_modules/c/package.json": manifest("c", "1.0.0", needsB),
        "n/node_modules/.bun/c@1.0.0/node_modules/c/node_modules/b/package.json": manifest("b", "3.0.0"),
        "n/node_modules/b/package.json": manifest("b", "9.0.0"),
      },
      ["a@1.0.0 > c@1.0.0", "c@1.0.0 > b@3.0.0"],
    ],
    [
      "pnpm's record tells which version a link leads to",
      {
        "n/node_modules/.pnpm/lock.yaml":
          "lockfileVersion: '9.0'\n\npackages:\n\n  a@1.0.0:\n    resolution: {integrity: sha512-x}\n\n  b@1.0.0:\n    resolution: {integrity: sha512-x}\n\n  b@2.0.0:\n    resolution: {integrity: sha512-x}\n\nsnapshots:\n\n  a@1.0.0(p@1.0.0):\n    dependencies:\n      b: 2.0.0\n",
        "n/node_modules/.pnpm/a@1.0.0_p@1.0.0/node_modules/a/package.json": manifest("a", "1.0.0", needsB),
        "n/node_modules/.pnpm/b@1.0.0/node_modules/b/package.json": manifest("b", "1.0.0"),
        "n/node_modules/.pnpm/b@2.0.0/node_modules/b/package.json": manifest("b", "2.0.0"),
      },
      ["a@1.0.0 > b@2.0.0"],
    ],
  ];
  for (const [title, files, expected] of rows)
    it(title, () => assert.deepEqual(edges(installed(files)), expected));
});

describe("links of a store", () => {
  const files = ["a@1.0.0", "b@1.0.0", "b@2.0.0"].map((entry): readonly [string, string] => {
    const [name = "", version = ""] = entry.split("@");
    const rest = name === "a" ? needsB : {};
    return [`n/node_modules/.bun/${entry}/node_modules/${name}/package.json`, manifest(name, version, rest)];
  });
  const link = "n/node_modules/.bun/a@1.0.0/node_modules/b";
  const target = (version: string): string => `n/node_modules/.bun/b@${version}/node_modules/b`;
  const rows: readonly (readonly [string, string, readonly string[]])[] = [
    ["lead to a version", "../../b@2.0.0/node_modules/b", ["a@1.0.0 > b@2.0.0"]],
    ["lead nowhere", "../../b@3.0.0/node_modules/b", []],
    ["lead to themselves", "b", []],
    ["leave the tree", "/b", []],
  ];
  for (const [title, written, expected] of rows) {
    it(title, () => {
      const tree = fileTree({
        [link]: { kind: "symlink", target: written },
        [target("1.0.0")]: { kind: "directory" },
        [target("2.0.0")]: { kind: "directory" },
      });
      const wanted = files.map(([path, text]) => wantedFile(path, text));
      const context = { mode: "installed", distro: null, inspected: [], tree } as const;
      assert.deepEqual(edges(npm.catalog(wanted, context)), expected);
    });
  }
});

const sha512 = `sha512-${Buffer.alloc(64, 1).toString("base64")}`;
const sha1 = "0123456789012345678901234567890123456789";

describe("digests and origins of installed npm packages", () => {
  const path = "app/node_modules/a/package.json";
  const record = "app/node_modules/.package-lock.json";
  const locked = (entry: object): string => JSON.stringify({ packages: { "node_modules/a": entry } });
  const rows: readonly (readonly [string, Files, readonly string[], string])[] = [
    [
      "npm's record gives the digest",
      { [path]: manifest("a", "1.0.0"), [record]: locked({ version: "1.0.0", integrity: sha512 }) },
      ["sha512"],
      "pkg:npm/a@1.0.0",
    ],
    [
      "a record of another version gives none",
      { [path]: manifest("a", "1.0.1"), [record]: locked({ version: "1.0.0", integrity: sha512 }) },
      [],
      "pkg:npm/a@1.0.1",
    ],
    [
      "npm 6 wrote the digest into the package.json",
      { [path]: manifest("a", "1.0.0", { _integrity: sha512 }) },
      ["sha512"],
      "pkg:npm/a@1.0.0",
    ],
    [
      "Yarn classic records addresses with a digest",
      {
        [path]: manifest("a", "1.0.0"),
        "app/node_modules/.yarn-integrity": JSON.stringify({
          lockfileEntries: { "a@^1.0.0": `https://registry.example.org/a/-/a-1.0.0.tgz#${sha1}` },
        }),
      },
      ["sha1"],
      "pkg:npm/a@1.0.0",
    ],
    [
      "a package from a repository says so, without the credentials",
      {
        [path]: manifest("a", "1.0.0"),
        [record]: locked({
          version: "1.0.0",
          resolved: "git+https://user:secret@example.org/u/a.git#abc123",
        }),
      },
      [],
      "pkg:npm/a@1.0.0?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fu%2Fa.git%40abc123",
    ],
  ];
  for (const [title, files, algorithms, purl] of rows) {
    it(title, () => {
      const { packages, problems } = installed(files);
      assert.deepEqual(problems, []);
      assert.equal(packages[0]?.purl, purl);
      assert.deepEqual(
        (packages[0]?.digests ?? []).map((digest) => digest.algorithm),
        algorithms,
      );
    });
  }

  it("a record that cannot be read is a problem, and the package is listed", () => {
    const { packages, problems } = installed({ [path]: manifest("a", "1.0.0"), [record]: "{" });
    assert.deepEqual([packages.length, problems.map((problem) => problem.code)], [1, ["PARSE_FAILED"]]);
  });
});

describe("places of npm packages", () => {
  const rows: readonly (readonly [string, boolean])[] = [
    ["opt/yarn-v1.22.19/package.json", true],
    ["opt/yarn-v1.22.19/lib/package.json", false],
    ["root/.cache/node/corepack/v1/pnpm/9.1.0/package.json", true],
    ["root/.cache/node/corepack/pnpm/8.1.0/package.json", true],
    ["root/.cache/node/corepack/v1/pnpm/9.1.0/dist/package.json", false],
    ["usr/share/nodejs/abbrev/package.json", true],
    ["usr/share/nodejs/@types/node/package.json", true],
    ["usr/lib/x86_64-linux-gnu/nodejs/bcrypt/package.json", true],
    ["usr/share/nodejs/abbrev/lib/package.json", false],
    ["usr/share/nodejs/package.json", false],
    ["usr/share/doc/nodejs/abbrev/package.json", false],
    ["home/me/nodejs/abbrev/package.json", false],
    ["deno-dir/npm/registry.example.org/chalk/5.3.0/package.json", true],
    ["root/.cache/deno/npm/registry.example.org/@s/a/1.0.0/package.json", true],
    ["root/.cache/deno/npm/registry.example.org/@s/a/1.0.0/lib/package.json", false],
    ["n/node_modules/.store/a-npm-1.0.0-5595dafabc/package/package.json", true],
    ["n/node_modules/.store/a-npm-1.0.0-5595dafabc/package/x/package.json", false],
    ["n/node_modules/.deno/a@1.0.0/node_modules/a/package.json", true],
    ["n/.yarn/unplugged/a-npm-1.0.0-5595dafabc/node_modules/a/package.json", true],
    ["n/node_modules/.pnpm/lock.yaml", true],
    ["n/node_modules/.package-lock.json", true],
    ["n/.pnp.cjs", true],
    ["n/x.pnp.cjs", false],
  ];
  for (const [path, isWanted] of rows)
    it(`${path}: ${isWanted}`, () => assert.equal(npm.wants(path, "installed"), isWanted));

  it("are claimed as folders", () => {
    const { claims } = installed({ "node_modules/@s/a/package.json": manifest("@s/a", "1.0.0") });
    assert.deepEqual(claims, [
      {
        purl: "pkg:npm/%40s/a@1.0.0",
        path: "node_modules/@s/a",
        kind: "folder",
        digest: null,
        isConfiguration: false,
      },
    ]);
  });
});

/** `packageRegistryData` of one package, `b`, that `a` needs and that needs a peer. */
function loader(locations: Readonly<Record<string, string>>): string {
  const entry = (name: string, dependencies: readonly unknown[]): readonly unknown[] => [
    name,
    [["npm:1.0.0", { packageLocation: locations[name], packageDependencies: dependencies }]],
  ];
  return JSON.stringify({
    packageRegistryData: [
      [null, [[null, { packageLocation: "./", packageDependencies: [["a", "npm:1.0.0"]] }]]],
      entry("a", [
        ["alias", ["b", "npm:1.0.0"]],
        ["gone", null],
        ["work", "workspace:work"],
      ]),
      entry("b", []),
    ],
  });
}

describe("Plug'n'Play", () => {
  const zip = (name: string): Uint8Array =>
    writeZip([{ name: `node_modules/${name}/package.json`, content: manifest(name, "1.0.0") }]);
  const home = "home/u/.yarn/berry/cache";

  it("names the archives that run; others are a cache", () => {
    const result = installed({
      "app/.pnp.data.json": loader({
        a: "./.yarn/cache/a-npm-1.0.0-x.zip/node_modules/a/",
        b: "./.yarn/__virtual__/b-virtual-1/2/home/u/.yarn/berry/cache/b-npm-1.0.0-x.zip/node_modules/b/",
      }),
      "app/.yarn/cache/a-npm-1.0.0-x.zip": zip("a"),
      "app/.yarn/cache/c-npm-1.0.0-x.zip": zip("c"),
      [`${home}/b-npm-1.0.0-x.zip`]: zip("b"),
    });
    assert.deepEqual(result.problems, []);
    assert.deepEqual(
      result.packages.map((pkg) => `${pkg.purl} ${pkg.evidence[0]?.path ?? ""}`),
      ["pkg:npm/a@1.0.0 app/.yarn/cache/a-npm-1.0.0-x.zip", `pkg:npm/b@1.0.0 ${home}/b-npm-1.0.0-x.zip`],
    );
    assert.deepEqual(edges(result), ["a@1.0.0 > b@1.0.0"]);
    assert.deepEqual(
      [...(result.claims ?? [])].map((claim) => claim.kind),
      ["file", "file"],
    );
  });

  it("finds unplugged packages in their folders", () => {
    const result = installed({
      "app/.pnp.data.json": loader({
        a: "./.yarn/unplugged/a-npm-1.0.0-x/node_modules/a/",
        b: "./.yarn/cache/b-npm-1.0.0-x.zip/node_modules/b/",
      }),
      "app/.yarn/unplugged/a-npm-1.0.0-x/node_modules/a/package.json": manifest("a", "1.0.0"),
      "app/.yarn/cache/b-npm-1.0.0-x.zip": zip("b"),
    });
    assert.deepEqual(edges(result), ["a@1.0.0 > b@1.0.0"]);
  });

  const broken: readonly (readonly [string, Files])[] = [
    ["a loader that is no JSON", { "app/.pnp.data.json": "{" }],
    ["a program without data", { "app/.pnp.cjs": "module.exports = 1" }],
    ["a program with broken data", { "app/.pnp.cjs": "const RAW_RUNTIME_STATE =\n'{\\\n" }],
    ["data of another shape", { "app/.pnp.data.json": "[]" }],
    [
      "a broken archive",
      {
        "app/.pnp.data.json": loader({ a: "./.yarn/cache/a-npm-1.zip/node_modules/a/" }),
        "app/.yarn/cache/a-npm-1.zip": "PK",
      },
    ],
  ];
  for (const [title, files] of broken) {
    it(`${title} is a problem`, () => {
      const { problems } = installed(files);
      assert.deepEqual(
        problems.map((problem) => problem.code),
        ["PARSE_FAILED"],
      );
    });
  }

  it("a program that reads its data from the file beside it is none", () => {
    const { problems } = installed({
      "app/.pnp.cjs": 'path.resolve(__dirname, ".pnp.data.json")',
      "app/.pnp.data.json": loader({}),
    });
    assert.deepEqual(problems, []);
  });
});
