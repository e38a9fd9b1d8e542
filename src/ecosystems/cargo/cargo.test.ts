import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deflateSync } from "node:zlib";
import { catalogSample, type EcosystemSample } from "../../../test/helpers/ecosystem-sample.ts";
import { elfFile } from "../../../test/helpers/elf-file.ts";
import { samples } from "./fixtures/sample.ts";
import { cargo } from "./index.ts";

const linesOf = (sample: EcosystemSample): readonly string[] =>
  catalogSample(cargo, sample).packages.map(({ purl, dependsOn = [] }) => [purl, ...dependsOn].join(" > "));

const codesOf = (sample: EcosystemSample): readonly string[] =>
  catalogSample(cargo, sample).problems.map(({ code }) => code);

describe("Rust programs", () => {
  const program = (section: Uint8Array): EcosystemSample => ({
    mode: "installed",
    distro: null,
    files: { "usr/bin/a": elfFile({ ".dep-v0": section }, { sizeBytes: 70_000 }) },
  });
  const list = (packages: unknown): EcosystemSample => program(deflateSync(JSON.stringify({ packages })));

  it("list what is linked into them with edges, and not what only the build needed", () => {
    assert.deepEqual(linesOf(samples[0]!), [
      "pkg:cargo/demo-app@0.3.1 > pkg:cargo/itoa@1.0.18 > pkg:cargo/memchr@2.8.3 > pkg:cargo/smallvec@1.16.5",
      "pkg:cargo/itoa@1.0.18",
      "pkg:cargo/memchr@2.8.3",
      "pkg:cargo/smallvec@1.16.5",
    ]);
    assert.deepEqual(codesOf(samples[0]!), []);
  });

  const rows: readonly (readonly [string, EcosystemSample, readonly string[], readonly string[]])[] = [
    [
      "one bad entry loses itself",
      list([7, { name: "a" }, { name: "b", version: "1.0.0" }]),
      ["pkg:cargo/b@1.0.0"],
      ["RECORD_INVALID", "RECORD_INVALID"],
    ],
    [
      "edges past the list",
      list([{ name: "b", version: "1.0.0", dependencies: [0, 9, -1, "x", null] }]),
      ["pkg:cargo/b@1.0.0"],
      [],
    ],
    ["no zlib", program(new TextEncoder().encode("{}")), [], ["PARSE_FAILED"]],
    ["no list", program(deflateSync('{"packages":{}}')), [], ["PARSE_FAILED"]],
    ["a bomb", program(deflateSync(new Uint8Array(32 * 1024 * 1024))), [], ["PARSE_FAILED"]],
  ];
  for (const [name, sample, lines, codes] of rows) {
    it(name, () => {
      assert.deepEqual(linesOf(sample), lines);
      assert.deepEqual(codesOf(sample), codes);
    });
  }
});

describe("Rust source trees", () => {
  const sources = (files: Readonly<Record<string, string>>): EcosystemSample => ({
    mode: "sources",
    distro: null,
    files,
  });
  const registry = "registry+https://github.com/rust-lang/crates.io-index";
  const sum = "b97463e1064cb1b1c1384ad0a0b9c8abd0988e2a91f52606c80ef14aadb63e36";
  const entry = (name: string, version: string, more = "", source = registry): string =>
    `[[package]]\nname = "${name}"\nversion = "${version}"\nsource = "${source}"\n${more}\n`;

  it("pin their packages with checksums and edges, without the project's own", () => {
    assert.deepEqual(linesOf(samples[1]!), [
      "pkg:cargo/cc@1.2.46 > pkg:cargo/find-msvc-tools@0.1.5",
      "pkg:cargo/find-msvc-tools@0.1.5",
    ]);
    const [first] = catalogSample(cargo, samples[1]!).packages;
    assert.deepEqual(first?.digests, [{ algorithm: "sha256", value: sum }]);
  });

  it("version 1: edges with sources, checksums in a table of their own", () => {
    const lock =
      entry("a", "1.0.0", `dependencies = ["b 2.0.0 (${registry})"]`) +
      entry("b", "1.0.0") +
      entry("b", "2.0.0") +
      `[metadata]\n"checksum a 1.0.0 (${registry})" = "${sum}"\n`;
    assert.deepEqual(linesOf(sources({ "Cargo.lock": lock }))[0], "pkg:cargo/a@1.0.0 > pkg:cargo/b@2.0.0");
    assert.equal(catalogSample(cargo, sources({ "Cargo.lock": lock })).packages[0]?.digests?.[0]?.value, sum);
  });

  it("versions 2 and later: edges with a version where the name is not clear", () => {
    const lock =
      entry("a", "1.0.0", 'dependencies = ["b 2.0.0"]') + entry("b", "1.0.0") + entry("b", "2.0.0");
    assert.deepEqual(linesOf(sources({ "Cargo.lock": lock }))[0], "pkg:cargo/a@1.0.0 > pkg:cargo/b@2.0.0");
  });

  const origins: readonly (readonly [string, string])[] = [
    [
      "git+https://user:pass@host.example/x/y?branch=main#0123abc",
      "?vcs_url=git%2Bhttps:%2F%2Fhost.example%2Fx%2Fy%400123abc",
    ],
    ["registry+https://crates.example/index", "?repository_url=https:%2F%2Fcrates.example%2Findex"],
    ["sparse+https://index.crates.io/", ""],
  ];
  for (const [source, qualifiers] of origins) {
    it(`from ${source}`, () => {
      assert.deepEqual(linesOf(sources({ "Cargo.lock": entry("a", "1.0.0", "", source) })), [
        `pkg:cargo/a@1.0.0${qualifiers}`,
      ]);
    });
  }

  const broken: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
    ["no TOML", { "Cargo.lock": "[[package" }, ["PARSE_FAILED"]],
    ["no list", { "Cargo.lock": "package = 1" }, ["PARSE_FAILED"]],
    ["an entry without a version", { "Cargo.lock": '[[package]]\nname = "a"\n' }, ["RECORD_INVALID"]],
    ["no lock file", { "a/Cargo.toml": "[dependencies]\na = '1'\n" }, ["DEPENDENCY_UNPINNED"]],
    ["a lock file above", { "a/Cargo.toml": "[dependencies]\n", "Cargo.lock": "version = 4\n" }, []],
    ["no dependencies", { "Cargo.toml": "[package]\nname = 'a'\n" }, []],
  ];
  for (const [name, files, codes] of broken) {
    it(name, () => assert.deepEqual(codesOf(sources(files)), codes));
  }

  it("leave out vendored crates", () => {
    assert.ok(!cargo.wants("vendor/a/Cargo.toml", "sources") && cargo.wants("a/Cargo.lock", "sources"));
  });
});
