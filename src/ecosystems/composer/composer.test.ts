import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { CatalogMode, CatalogResult } from "../types.ts";
import { installed, lock, samples } from "./fixtures/sample.ts";
import { composer } from "./index.ts";

function read(mode: CatalogMode, ...files: readonly (readonly [string, string])[]): CatalogResult {
  return composer.catalog(
    files.map(([path, text]) => wantedFile(path, text)),
    { mode, distro: null, inspected: [] },
  );
}

describe("composer: which files", () => {
  const rows: readonly (readonly [string, CatalogMode, boolean])[] = [
    ["app/vendor/composer/installed.json", "installed", true],
    ["composer/installed.json", "installed", true],
    ["app/mycomposer/installed.json", "installed", false],
    ["app/composer.lock", "installed", false],
    ["app/composer.lock", "sources", true],
    ["composer.json", "sources", true],
    ["vendor/a/b/composer.json", "sources", false],
    ["app/vendor/a/b/composer.lock", "sources", false],
  ];
  for (const [path, mode, expected] of rows) {
    it(`${path} (${mode})`, () => assert.equal(composer.wants(path, mode), expected));
  }
});

describe("composer: installed", () => {
  it("all that Composer's record tells", () => {
    const { packages, claims } = catalogSample(composer, samples[0]!);
    assert.deepEqual(
      packages.map(({ purl, licenses, author, description, dependsOn }) => [
        purl,
        licenses,
        author,
        description,
        dependsOn,
      ]),
      [
        [
          "pkg:composer/acme/alpha@v1.2.0",
          ["MIT"],
          "Ann",
          "Alpha things",
          ["pkg:composer/acme/beta@2.1.0-beta1"],
        ],
        ["pkg:composer/acme/beta@2.1.0-beta1", ["BSD-3-Clause OR GPL-2.0-or-later"], null, null, undefined],
      ],
    );
    assert.deepEqual(
      [...(claims ?? [])].map(({ path, kind }) => [path, kind]),
      [
        ["app/vendor/acme/alpha", "folder"],
        ["app/vendor/acme/beta", "folder"],
      ],
    );
  });

  it("the list of Composer 1, names in any case, a metapackage without a folder", () => {
    const { packages, claims } = read("installed", [
      "composer/installed.json",
      '[{"name":"Acme/One","version":"1.0"},{"name":"acme/meta","version":"1.0","type":"metapackage"}]',
    ]);
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ["pkg:composer/acme/one@1.0", "pkg:composer/acme/meta@1.0"],
    );
    assert.deepEqual(
      [...(claims ?? [])].map(({ path }) => path),
      ["acme/one"],
    );
  });

  it("a need is met by what replaces it", () => {
    const { packages } = read("installed", [
      "v/composer/installed.json",
      JSON.stringify([
        { name: "a/user", version: "1", require: { "acme/old-beta": "*", php: "*" } },
        ...(JSON.parse(installed) as { packages: unknown[] }).packages,
      ]),
    ]);
    assert.deepEqual(packages[0]?.dependsOn, ["pkg:composer/acme/beta@2.1.0-beta1"]);
  });

  it("a bad entry loses only itself, a bad file only its own", () => {
    const { packages, problems } = read(
      "installed",
      ["a/composer/installed.json", '[{"name":"a/b","version":"1"},{"name":"nameless","version":"1"},7]'],
      ["b/composer/installed.json", "{"],
      ["c/composer/installed.json", "{}"],
    );
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ["pkg:composer/a/b@1"],
    );
    assert.deepEqual(
      problems.map(({ code, path }) => [code, path?.[0]]),
      [
        ["RECORD_INVALID", "a"],
        ["RECORD_INVALID", "a"],
        ["PARSE_FAILED", "b"],
        ["PARSE_FAILED", "c"],
      ],
    );
  });
});

describe("composer: source trees", () => {
  it("what the lock file pins, packages of folders left out", () => {
    const { packages, problems } = read("sources", ["composer.lock", lock]);
    assert.deepEqual(
      packages.map(({ purl, digests }) => [purl, digests?.[0]?.algorithm]),
      [["pkg:composer/acme/alpha@v1.2.0", "sha1"]],
    );
    assert.deepEqual(problems, []);
  });

  it("a project without a lock file is named when it requires packages", () => {
    const { problems } = read(
      "sources",
      ["a/composer.json", '{"require":{"php":">=8","acme/alpha":"^1"}}'],
      ["b/composer.json", '{"require":{"php":">=8","ext-json":"*"}}'],
      ["c/composer.lock", "[]"],
    );
    assert.deepEqual(
      problems.map(({ code, path }) => [code, path]),
      [
        ["PARSE_FAILED", "c/composer.lock"],
        ["DEPENDENCY_UNPINNED", "a/composer.json"],
      ],
    );
  });

  it("is looked up by its full name in lower case", () => {
    const [pkg] = read("sources", ["composer.lock", lock]).packages;
    assert.deepEqual(composer.lookUp({ ...pkg!, name: "Alpha" }, null), [
      { space: "composer", name: "acme/alpha", version: "v1.2.0", by: "package" },
    ]);
  });
});
