import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { CatalogResult } from "../types.ts";
import { layout1, layout3 } from "./fixtures/sample.ts";
import { swift } from "./index.ts";

function read(...files: readonly (readonly [string, string])[]): CatalogResult {
  return swift.catalog(
    files.map(([path, text]) => wantedFile(path, text)),
    { mode: "sources", distro: null, inspected: [] },
  );
}
const purls = ({ packages }: CatalogResult): readonly string[] => packages.map(({ purl }) => purl);

describe("swift", () => {
  it("wants resolved files and manifests of source trees", () => {
    assert.ok(swift.wants("a/Package.resolved", "sources") && swift.wants("Package.swift", "sources"));
    assert.ok(!swift.wants("Package.resolved", "installed") && !swift.wants("MyPackage.swift", "sources"));
  });

  it("lists pins of layouts 1 and 3", () => {
    const result = read(["Package.resolved", layout3]);
    assert.deepEqual(purls(result), [
      "pkg:swift/github.com/apple/swift-nio@2.68.0",
      "pkg:swift/git.example.org/team/forked@0123456789abcdef0123456789abcdef01234567",
      "pkg:swift/mona/LinkedList@1.2.0",
    ]);
    assert.deepEqual(
      result.problems.map(({ code }) => code),
      ["DEPENDENCY_UNPINNED"],
    );
    assert.deepEqual(purls(read(["Package.resolved", layout1])), [
      "pkg:swift/github.com/Alamofire/Alamofire@5.4.3",
    ]);
    assert.deepEqual(swift.lookUp(result.packages[0]!, null), [
      { space: "swift", name: "github.com/apple/swift-nio", version: "2.68.0", by: "package" },
    ]);
  });

  const places: readonly (readonly [string, string | null])[] = [
    ["ssh://git@Host.example:22/a/b.git/", "pkg:swift/host.example/a/b@1.0.0"],
    ["https://user:pass@h/a/b/c", "pkg:swift/h/a/b/c@1.0.0"],
    ["https://h/", null],
    ["nothing", null],
    ["https://h/a b", null],
    ["", null],
  ];
  for (const [location, purl] of places) {
    it(`is at ${location || "nothing"}`, () => {
      const pin = { identity: "x", kind: "remoteSourceControl", location, state: { version: "1.0.0" } };
      const result = read(["Package.resolved", JSON.stringify({ pins: [pin], version: 2 })]);
      assert.deepEqual(purls(result), purl === null ? [] : [purl]);
      assert.deepEqual(
        result.problems.map(({ code }) => code),
        purl === null ? ["RECORD_INVALID"] : [],
      );
    });
  }

  it("complains of files that are none and of projects without one", () => {
    const { problems } = read(
      ["a/Package.resolved", "{"],
      ["b/Package.resolved", "{}"],
      ["c/Package.swift", 'let p = Package(dependencies: [.package(url: "https://h/a/b", from: "1.0.0")])'],
      ["d/Package.swift", 'let p = Package(dependencies: [.package(path: "../x")])'],
    );
    assert.deepEqual(
      problems.map(({ code, path }) => [code, path]),
      [
        ["PARSE_FAILED", "a/Package.resolved"],
        ["PARSE_FAILED", "b/Package.resolved"],
        ["DEPENDENCY_UNPINNED", "c/Package.swift"],
      ],
    );
  });
});
