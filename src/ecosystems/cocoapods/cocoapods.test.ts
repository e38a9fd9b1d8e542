import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { CatalogResult } from "../types.ts";
import { lock } from "./fixtures/sample.ts";
import { cocoapods } from "./index.ts";

function read(...files: readonly (readonly [string, string])[]): CatalogResult {
  return cocoapods.catalog(
    files.map(([path, text]) => wantedFile(path, text)),
    { mode: "sources", distro: null, inspected: [] },
  );
}

describe("cocoapods", () => {
  it("wants lock files and manifests of source trees", () => {
    assert.ok(cocoapods.wants("ios/Podfile.lock", "sources") && cocoapods.wants("Podfile", "sources"));
    assert.ok(!cocoapods.wants("Podfile.lock", "installed") && !cocoapods.wants("MyPodfile", "sources"));
  });

  it("lists pods with their parts and needs; those of folders are left out", () => {
    const { packages, problems } = read(["Podfile.lock", lock]);
    assert.deepEqual(
      packages.map(({ purl, dependsOn = [] }) => [purl, dependsOn]),
      [
        ["pkg:cocoapods/Alamofire@5.8.1", []],
        ["pkg:cocoapods/GoogleUtilities@7.12.0#Environment", ["pkg:cocoapods/PromisesObjC@2.3.1"]],
        ["pkg:cocoapods/GoogleUtilities@7.12.0#NSData%2Bzlib", []],
        ["pkg:cocoapods/PromisesObjC@2.3.1", []],
      ],
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(cocoapods.lookUp(packages[1]!, null), [
      { space: "cocoapods", name: "GoogleUtilities", version: "7.12.0", by: "package" },
    ]);
  });

  it("complains of bad entries and files, and of projects without a lock file", () => {
    const { packages, problems } = read(
      ["a/Podfile.lock", "PODS:\n  - A\n  - 7\n  - B (1.0)\n"],
      ["b/Podfile.lock", "a: 1\n"],
      ["c/Podfile", "target 'x' do\n  pod 'A'\nend\n"],
      ["d/Podfile", "# pod\n"],
    );
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ["pkg:cocoapods/B@1.0"],
    );
    assert.deepEqual(
      problems.map(({ code, path }) => [code, path]),
      [
        ["RECORD_INVALID", "a/Podfile.lock"],
        ["RECORD_INVALID", "a/Podfile.lock"],
        ["PARSE_FAILED", "b/Podfile.lock"],
        ["DEPENDENCY_UNPINNED", "c/Podfile"],
      ],
    );
  });
});
