import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { CatalogMode } from "../types.ts";
import { gemfileLock, samples } from "./fixtures/sample.ts";
import { readGemSpecification } from "./gemspec.ts";
import { gem } from "./index.ts";

const context = (mode: CatalogMode) => ({ mode, distro: null, inspected: [] });

describe("gem: which files", () => {
  const rows: readonly (readonly [string, CatalogMode, boolean])[] = [
    ["usr/lib/ruby/gems/3.1.0/specifications/rake-13.0.6.gemspec", "installed", true],
    ["usr/lib/ruby/gems/3.1.0/specifications/default/abbrev-0.1.0.gemspec", "installed", true],
    ["specifications/a-1.gemspec", "installed", true],
    ["bundle/bundler/gems/rack-0123456789ab/rack.gemspec", "installed", true],
    ["usr/lib/ruby/gems/3.1.0/gems/rake-13.0.6/rake.gemspec", "installed", false],
    ["bundle/bundler/gems/rack-0123456789ab/test/a.gemspec", "installed", false],
    ["app/Gemfile.lock", "installed", false],
    ["app/Gemfile.lock", "sources", true],
    ["gems.locked", "sources", true],
    ["app/Gemfile", "sources", true],
    ["app/notGemfile", "sources", false],
    ["app/a.gemspec", "sources", false],
  ];
  for (const [path, mode, expected] of rows) {
    it(`${path} (${mode})`, () => assert.equal(gem.wants(path, mode), expected));
  }
});

describe("gem: installed", () => {
  const result = catalogSample(gem, samples[0]!);
  it("a gem with all that its specification tells", () => {
    assert.deepEqual(
      result.packages.find(({ name }) => name === "test-unit"),
      {
        ecosystem: "gem",
        namespace: null,
        name: "test-unit",
        version: "3.5.3",
        purl: "pkg:gem/test-unit@3.5.3",
        sourcePackage: null,
        architecture: null,
        licenses: ["PSF-2.0", "Ruby"],
        author: "Kouhei Sutou, Haruka Yoshihara",
        description: "An xUnit family unit testing framework for Ruby.",
        sizeBytes: null,
        evidence: [
          {
            path: "var/lib/gems/3.1.0/specifications/test-unit-3.5.3.gemspec",
            layer: "sha256:layer0",
            layerIndex: 0,
          },
        ],
        dependsOn: ["pkg:gem/power_assert@2.0.1"],
      },
    );
  });

  it("gems of development are no dependencies", () => {
    assert.equal(result.packages.find(({ name }) => name === "power_assert")?.dependsOn, undefined);
  });

  it("its folder is its own", () => {
    assert.deepEqual(
      [...(result.claims ?? [])].filter(({ kind }) => kind === "folder").map(({ path }) => path),
      ["var/lib/gems/3.1.0/gems/power_assert-2.0.1", "var/lib/gems/3.1.0/gems/test-unit-3.5.3"],
    );
  });

  it("a specification without name and version loses only itself", () => {
    const { packages, problems } = gem.catalog(
      [
        wantedFile("specifications/a-1.gemspec", "Gem::Specification.new do |s|\n  s.name = A\nend\n"),
        wantedFile("specifications/b-1.gemspec", '  s.name = "b".freeze\n  s.version = "1"\n'),
      ],
      context("installed"),
    );
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ["pkg:gem/b@1"],
    );
    assert.deepEqual(
      problems.map(({ code, path }) => [code, path]),
      [["RECORD_INVALID", "specifications/a-1.gemspec"]],
    );
  });
});

describe("gem: Ruby's text", () => {
  const rows: readonly (readonly [string, string])[] = [
    [String.raw`"a \"b\" \\ \#{c}"`, String.raw`a "b" \ #{c}`],
    [String.raw`"Andr\u00E9 \u{1F600 41} \xC3\n"`, "André \u{1f600}A \u00c3\n"],
    ['"a" + "b"', "a"],
    ["'plain'", "plain"],
    [String.raw`"\u{110000}"`, "\ufffd"],
  ];
  for (const [source, text] of rows) {
    it(source, () => {
      const found = readGemSpecification(`# stub: a 1 java lib\n  s.summary = ${source}.freeze\n`);
      assert.equal(found?.summary, text);
      assert.equal(found?.platform, "java");
    });
  }
});

it("gem: a specification of quotes that are never closed takes no longer than another", () => {
  const line = `  s.authors = "${'\\"'.repeat(9_000)}\n`;
  assert.equal(readGemSpecification(line.repeat(300)), null);
});

describe("gem: lock files", () => {
  it("gems of servers and repositories, a platform each; those of folders are left out", () => {
    const { packages, problems } = gem.catalog([wantedFile("Gemfile.lock", gemfileLock)], context("sources"));
    assert.deepEqual(
      packages.map(({ purl, dependsOn = [] }) => [purl, dependsOn]),
      [
        [
          "pkg:gem/rack@3.1.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Frack%2Frack.git%400123456789abcdef0123456789abcdef01234567",
          [],
        ],
        ["pkg:gem/mini_portile2@2.8.4", []],
        ["pkg:gem/nokogiri@1.15.4", ["pkg:gem/mini_portile2@2.8.4", "pkg:gem/racc@1.7.1"]],
        ["pkg:gem/nokogiri@1.15.4?platform=x86_64-linux", ["pkg:gem/racc@1.7.1"]],
        ["pkg:gem/racc@1.7.1", []],
      ],
    );
    assert.equal(packages[1]?.digests?.[0]?.algorithm, "sha256");
    assert.deepEqual(problems, []);
  });

  it("a line that cannot be read, a file that is none, a Gemfile alone", () => {
    const { packages, problems } = gem.catalog(
      [
        wantedFile("a/Gemfile.lock", "GEM\n  specs:\n    broken\n    b (1)\n"),
        wantedFile("b/Gemfile.lock", "nothing\n"),
        wantedFile("c/Gemfile", 'source "x"\ngem "rails"\n'),
        wantedFile("d/Gemfile", "# gem\n"),
      ],
      context("sources"),
    );
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ["pkg:gem/b@1"],
    );
    assert.deepEqual(
      problems.map(({ code, path }) => [code, path]),
      [
        ["RECORD_INVALID", "a/Gemfile.lock"],
        ["PARSE_FAILED", "b/Gemfile.lock"],
        ["DEPENDENCY_UNPINNED", "c/Gemfile"],
      ],
    );
  });
});
