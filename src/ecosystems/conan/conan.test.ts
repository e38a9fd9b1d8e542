import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { CatalogMode, CatalogResult } from "../types.ts";
import { lock1, lock2 } from "./fixtures/sample.ts";
import { conan } from "./index.ts";

function read(mode: CatalogMode, ...files: readonly (readonly [string, string])[]): CatalogResult {
  return conan.catalog(
    files.map(([path, text]) => wantedFile(path, text)),
    { mode, distro: null, inspected: [] },
  );
}
const purls = ({ packages }: CatalogResult): readonly string[] => packages.map(({ purl }) => purl);
const codes = ({ problems }: CatalogResult): readonly string[] => problems.map(({ code }) => code);

describe("conan", () => {
  it("wants lock files of source trees, and packages of images", () => {
    assert.ok(conan.wants("app/conan.lock", "sources") && conan.wants("conanfile.txt", "sources"));
    assert.ok(!conan.wants("app/conan.lock", "installed") && !conan.wants("a/conaninfo.txt", "installed"));
    assert.ok(conan.wants("root/.conan2/p/b/zed1/p/conaninfo.txt", "installed"));
  });

  it("reads where packages are", () => {
    const result = read(
      "installed",
      ["app/full_deploy/host/zed/1.2.11/Release/x86_64/conaninfo.txt", ""],
      ["root/.conan/data/mid/0.3.0/acme/stable/package/50891be7/conaninfo.txt", ""],
      ["root/.conan/data/zed/1.2.11/_/_/package/da39a3ee/conaninfo.txt", ""],
      ["root/.conan2/p/b/zed378f8613eaa9d/p/conaninfo.txt", ""],
    );
    assert.deepEqual(purls(result), [
      "pkg:conan/zed@1.2.11",
      "pkg:conan/mid@0.3.0?channel=stable&user=acme",
      "pkg:conan/zed@1.2.11",
    ]);
    assert.deepEqual(codes(result), ["RECORD_INVALID"]);
    assert.equal([...(result.claims ?? [])][0]?.path, "app/full_deploy/host/zed/1.2.11/Release/x86_64");
  });

  it("reads lock files of Conan 2 and 1", () => {
    assert.deepEqual(purls(read("sources", ["conan.lock", lock2])), [
      "pkg:conan/zed@1.2.11?rrev=91895dfbaa99bf3170cd0a12f2090373",
      "pkg:conan/mid@0.3.0?channel=stable&rrev=e88cbb5ffd5643f052373e8946339ca2&user=acme",
    ]);
    const old = read("sources", ["conan.lock", lock1]);
    assert.deepEqual(
      old.packages.map(({ purl, dependsOn }) => [purl, dependsOn]),
      [
        [
          "pkg:conan/mid@0.3.0?channel=stable&user=acme",
          ["pkg:conan/zed@1.2.11?rrev=91895dfbaa99bf3170cd0a12f2090373"],
        ],
        ["pkg:conan/zed@1.2.11?rrev=91895dfbaa99bf3170cd0a12f2090373", undefined],
      ],
    );
  });

  it("reads a conanfile.txt that has no lock file beside it", () => {
    const text =
      "[requires]\nzed/1.2.11 # why\nmid/[>=0.1]@acme/stable\n\n[generators]\nCMakeDeps\n[tool_requires]\ncmake/3.28.1\n";
    const result = read("sources", ["a/conanfile.txt", text]);
    assert.deepEqual(purls(result), ["pkg:conan/zed@1.2.11", "pkg:conan/cmake@3.28.1"]);
    assert.deepEqual(codes(result), ["DEPENDENCY_UNPINNED"]);
    assert.deepEqual(purls(read("sources", ["a/conan.lock", lock2], ["a/conanfile.txt", text])).length, 2);
  });

  it("bad references and files lose only themselves", () => {
    const result = read(
      "sources",
      ["a/conan.lock", '{"requires":["zed","ok/1.0",7]}'],
      ["b/conan.lock", "{}"],
      ["c/conan.lock", "["],
    );
    assert.deepEqual(purls(result), ["pkg:conan/ok@1.0"]);
    assert.deepEqual(codes(result), ["RECORD_INVALID", "RECORD_INVALID", "PARSE_FAILED", "PARSE_FAILED"]);
  });
});
