import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { CatalogMode, CatalogResult } from "../types.ts";
import { mixLock, rebarLock, samples } from "./fixtures/sample.ts";
import { hex } from "./index.ts";

function read(...files: readonly (readonly [string, string])[]): CatalogResult {
  return hex.catalog(
    files.map(([path, text]) => wantedFile(path, text)),
    { mode: "sources", distro: null, inspected: [] },
  );
}

describe("hex: which files", () => {
  const rows: readonly (readonly [string, CatalogMode, boolean])[] = [
    ["app/deps/jason/hex_metadata.config", "installed", true],
    ["app/mix.lock", "installed", false],
    ["app/mix.lock", "sources", true],
    ["rebar.lock", "sources", true],
    ["mix.exs", "sources", true],
    ["deps/jason/mix.exs", "sources", false],
    ["yarn.lock", "sources", false],
  ];
  for (const [path, mode, expected] of rows) {
    it(`${path} (${mode})`, () => assert.equal(hex.wants(path, mode), expected));
  }
});

describe("hex: packages", () => {
  it("of fetched sources", () => {
    const { packages, claims } = catalogSample(hex, samples[0]!);
    assert.deepEqual(
      packages.map(({ purl, licenses, description }) => [purl, licenses, description]),
      [["pkg:hex/jason@1.4.1", ["Apache-2.0"], "A blazing fast JSON parser and generator in pure Elixir."]],
    );
    assert.deepEqual(
      [...(claims ?? [])].map(({ path }) => path),
      ["app/deps/jason"],
    );
  });

  it("of mix.lock", () => {
    const { packages, problems } = read(["mix.lock", mixLock]);
    assert.deepEqual(
      packages.map(({ purl, digests, dependsOn }) => [purl, digests?.[0]?.value.slice(0, 8), dependsOn]),
      [
        ["pkg:hex/decimal@2.1.1", "53cfe5f4", undefined],
        ["pkg:hex/jason@1.4.1", "fbb01ecd", ["pkg:hex/decimal@2.1.1"]],
      ],
    );
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["DEPENDENCY_UNPINNED"],
    );
  });

  it("of rebar.lock, layouts 1.2 and 1", () => {
    const { packages, problems } = read(["rebar.lock", rebarLock]);
    assert.deepEqual(
      packages.map(({ purl, digests }) => [purl, digests?.[0]?.value.slice(0, 8)]),
      [
        ["pkg:hex/cowboy@2.9.0", "2c729f93"],
        ["pkg:hex/ranch@1.8.0", "49fbcfd3"],
      ],
    );
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["DEPENDENCY_UNPINNED"],
    );
    assert.deepEqual(
      read(["rebar.lock", '[{<<"a">>,{pkg,<<"a">>,<<"1.0.0">>},0}].\n']).packages.map(({ purl }) => purl),
      ["pkg:hex/a@1.0.0"],
    );
  });

  it("of an organisation are not the public ones", () => {
    const [pkg] = read([
      "mix.lock",
      '%{\n  "a": {:hex, :a, "1.0.0", "", [:mix], [], "hexpm:Acme", ""},\n}\n',
    ]).packages;
    assert.equal(pkg?.purl, "pkg:hex/acme/a@1.0.0");
    assert.deepEqual(hex.lookUp(pkg!, null), []);
    assert.deepEqual(hex.lookUp({ ...pkg!, namespace: null }, null), [
      { space: "hex", name: "a", version: "1.0.0", by: "package" },
    ]);
  });

  it("bad entries and files, and projects without a lock file", () => {
    const { packages, problems } = read(
      ["a/mix.lock", '%{"a": {:hex, :a}, "b": {:hex, :b, "1.0.0"}, "c": {:path, "c"}}'],
      ["b/rebar.lock", "nothing"],
      ["c/mix.exs", 'defp deps do\n[\n{:jason, "~> 1.4"}\n]\nend'],
      ["d/mix.exs", "defp deps, do: []"],
      ["e/rebar.config", "{erl_opts, [debug_info]}.\n{deps, [cowboy]}."],
      ["f/rebar.config", "{deps, []}."],
    );
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ["pkg:hex/b@1.0.0"],
    );
    assert.deepEqual(
      problems.map(({ code, path }) => [code, path]),
      [
        ["RECORD_INVALID", "a/mix.lock"],
        ["PARSE_FAILED", "b/rebar.lock"],
        ["DEPENDENCY_UNPINNED", "c/mix.exs"],
        ["DEPENDENCY_UNPINNED", "e/rebar.config"],
      ],
    );
  });
});
