import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { CatalogMode, CatalogResult } from "../types.ts";
import { manifest, samples } from "./fixtures/sample.ts";
import { julia } from "./index.ts";

function read(mode: CatalogMode, ...files: readonly (readonly [string, string])[]): CatalogResult {
  return julia.catalog(
    files.map(([path, text]) => wantedFile(path, text)),
    { mode, distro: null, inspected: [] },
  );
}

describe("julia: which files", () => {
  const rows: readonly (readonly [string, CatalogMode, boolean])[] = [
    ["root/.julia/packages/JSON/93Ea8/Project.toml", "installed", true],
    ["opt/depot/packages/JSON/93Ea8/Project.toml", "installed", true],
    ["usr/share/julia/stdlib/v1.10/Dates/Project.toml", "installed", true],
    ["root/.julia/packages/JSON/93Ea8/test/Project.toml", "installed", false],
    ["root/.julia/environments/v1.10/Project.toml", "installed", false],
    ["root/.julia/environments/v1.10/Manifest.toml", "installed", false],
    ["app/Manifest.toml", "sources", true],
    ["app/Manifest-v1.11.toml", "sources", true],
    ["app/Cargo.toml", "sources", false],
  ];
  for (const [path, mode, expected] of rows) {
    it(`${path} (${mode})`, () => assert.equal(julia.wants(path, mode), expected));
  }
});

describe("julia: packages", () => {
  it("installed", () => {
    const { packages, problems, claims } = catalogSample(julia, samples[0]!);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl, author, dependsOn = [] }) => [
        purl.replace(/\?.*/, ""),
        author,
        dependsOn.length,
      ]),
      [
        ["pkg:julia/JSON@0.21.4", "Avik Sengupta, Stefan Karpinski", 2],
        ["pkg:julia/Parsers@2.8.1", "quinnj", 0],
        ["pkg:julia/Dates@1.10", null, 0],
      ],
    );
    assert.equal(packages[0]?.purl, "pkg:julia/JSON@0.21.4?uuid=682c06a0-de6a-54ab-a142-c8b1cf79cde6");
    assert.equal([...(claims ?? [])].length, 3);
  });

  it("pinned, layout 2; Julia's own libraries have its version", () => {
    const { packages, problems } = read("sources", ["Manifest.toml", manifest]);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ name, version, dependsOn = [] }) => [name, version, dependsOn.length]),
      [
        ["Dates", "1.10.4", 0],
        ["JSON", "0.21.4", 2],
        ["Parsers", "2.8.1+1", 1],
      ],
    );
  });

  it("pinned, layout 1", () => {
    const { packages, problems } = read("sources", [
      "Manifest.toml",
      '[[Dates]]\nuuid = "ade2ca70-3891-5945-98fb-dc099432e06a"\n\n[[JSON]]\ngit-tree-sha1 = "3"\nuuid = "682c06a0-de6a-54ab-a142-c8b1cf79cde6"\nversion = "0.21.4"\n[[Bad]]\nversion = "1"\n',
    ]);
    assert.deepEqual(
      packages.map(({ name, version }) => [name, version]),
      [
        ["Dates", ""],
        ["JSON", "0.21.4"],
      ],
    );
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["RECORD_INVALID"],
    );
  });

  it("bad files lose only themselves", () => {
    const result = read(
      "installed",
      ["julia/packages/A/x/Project.toml", "= ["],
      ["julia/packages/B/x/Project.toml", 'name = "B"\n'],
      [
        "julia/packages/C/x/Project.toml",
        'name = "C"\nversion = "1.0.0"\nuuid = "ade2ca70-3891-5945-98fb-dc099432e06a"\n',
      ],
    );
    assert.deepEqual(
      result.packages.map(({ name }) => name),
      ["C"],
    );
    assert.deepEqual(
      result.problems.map(({ code }) => code),
      ["PARSE_FAILED", "RECORD_INVALID"],
    );
  });
});
