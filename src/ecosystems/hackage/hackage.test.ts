import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { CatalogMode, CatalogResult } from "../types.ts";
import { freeze, samples, stackLock } from "./fixtures/sample.ts";
import { hackage } from "./index.ts";

function read(...files: readonly (readonly [string, string])[]): CatalogResult {
  return hackage.catalog(
    files.map(([path, text]) => wantedFile(path, text)),
    { mode: "sources", distro: null, inspected: [] },
  );
}
const purls = ({ packages }: CatalogResult): readonly string[] => packages.map(({ purl }) => purl);
const codes = ({ problems }: CatalogResult): readonly string[] => problems.map(({ code }) => code);

describe("hackage: which files", () => {
  const rows: readonly (readonly [string, CatalogMode, boolean])[] = [
    ["var/lib/ghc/package.conf.d/random-1.2.1.1.conf", "installed", true],
    ["root/.cabal/store/ghc-9.4.7/package.db/aeson-2.1.conf", "installed", true],
    ["etc/nginx/conf.d/x.conf", "installed", false],
    ["cabal.project.freeze", "sources", true],
    ["app/stack.yaml.lock", "sources", true],
    ["app/stack.yaml", "sources", false],
  ];
  for (const [path, mode, expected] of rows) {
    it(`${path} (${mode})`, () => assert.equal(hackage.wants(path, mode), expected));
  }
});

describe("hackage: packages", () => {
  it("of GHC's database", () => {
    const result = catalogSample(hackage, samples[0]!);
    assert.deepEqual(codes(result), []);
    assert.deepEqual(
      result.packages.map(({ purl, licenses, author, description, dependsOn }) => [
        purl,
        licenses,
        author,
        description,
        dependsOn,
      ]),
      [
        [
          "pkg:hackage/random@1.2.1.1",
          ["BSD-3-Clause"],
          "core-libraries-committee@haskell.org",
          "Pseudo-random number generation",
          ["pkg:hackage/splitmix@0.1.0.4"],
        ],
        [
          "pkg:hackage/splitmix@0.1.0.4",
          ["BSD-3-Clause"],
          result.packages[1]?.author,
          "Fast Splittable PRNG",
          undefined,
        ],
      ],
    );
  });

  it("of lock files", () => {
    const frozen = read(["cabal.project.freeze", freeze]);
    assert.deepEqual(purls(frozen), [
      "pkg:hackage/aeson@2.1.2.1",
      "pkg:hackage/base@4.17.2.0",
      "pkg:hackage/unordered-containers@0.2.19.1",
    ]);
    assert.deepEqual(codes(frozen), []);
    const locked = read(["stack.yaml.lock", stackLock]);
    assert.deepEqual(purls(locked), ["pkg:hackage/acme-missiles@0.3", "pkg:hackage/own-things@1.2.0"]);
    assert.deepEqual(codes(locked), ["DEPENDENCY_UNPINNED"]);
  });

  it("bad ones lose only themselves", () => {
    const result = read(
      ["a/cabal.project.freeze", "constraints: any.a ==1.0, any.b == x"],
      ["b/cabal.project.freeze", "nothing"],
      ["c/stack.yaml.lock", "packages:\n- completed: {}\n"],
      ["d/stack.yaml.lock", "a: 1"],
    );
    assert.deepEqual(purls(result), ["pkg:hackage/a@1.0"]);
    assert.deepEqual(codes(result), ["RECORD_INVALID", "PARSE_FAILED", "RECORD_INVALID", "PARSE_FAILED"]);
    const installed = hackage.catalog([wantedFile("package.db/a.conf", "name: a\n")], {
      mode: "installed",
      distro: null,
      inspected: [],
    });
    assert.deepEqual(codes(installed), ["RECORD_INVALID"]);
  });
});
