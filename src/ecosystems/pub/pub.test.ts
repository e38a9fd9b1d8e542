import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { CatalogResult } from "../types.ts";
import { lock } from "./fixtures/sample.ts";
import { pub } from "./index.ts";

function read(...files: readonly (readonly [string, string])[]): CatalogResult {
  return pub.catalog(
    files.map(([path, text]) => wantedFile(path, text)),
    { mode: "sources", distro: null, inspected: [] },
  );
}

describe("pub", () => {
  it("wants lock files and manifests of source trees", () => {
    assert.ok(pub.wants("app/pubspec.lock", "sources") && pub.wants("pubspec.yaml", "sources"));
    assert.ok(!pub.wants("app/pubspec.lock", "installed") && !pub.wants("my-pubspec.lock", "sources"));
  });

  it("lists what is hosted or comes from a repository", () => {
    const { packages, problems } = read(["pubspec.lock", lock]);
    assert.deepEqual(
      packages.map(({ purl, digests }) => [purl, digests?.length ?? 0]),
      [
        ["pkg:pub/args@2.5.0", 1],
        [
          "pkg:pub/forked@1.2.0%2B3?vcs_url=git%2Bhttps:%2F%2Fgit.example.org%2Fforked.git%400123456789abcdef0123456789abcdef01234567",
          0,
        ],
      ],
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(pub.lookUp(packages[0]!, null), [
      { space: "pub", name: "args", version: "2.5.0", by: "package" },
    ]);
  });

  it("complains of bad entries and files, and of projects without a lock file", () => {
    const { packages, problems } = read(
      ["a/pubspec.lock", "packages:\n  a:\n    source: hosted\n  b: {source: hosted, version: '1.0.0'}\n"],
      ["b/pubspec.lock", "nothing: here\n"],
      ["c/pubspec.yaml", "name: c\ndependencies:\n  # one\n  args: ^2.0.0\n"],
      ["d/pubspec.yaml", "name: d\ndependencies:\n\nflutter:\n  x: y\n"],
      ["e/pubspec.lock", "packages: {}\nsdks:\n  dart: '>=3.0.0'\n"],
    );
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ["pkg:pub/b@1.0.0"],
    );
    assert.deepEqual(
      problems.map(({ code, path }) => [code, path]),
      [
        ["RECORD_INVALID", "a/pubspec.lock"],
        ["PARSE_FAILED", "b/pubspec.lock"],
        ["DEPENDENCY_UNPINNED", "c/pubspec.yaml"],
      ],
    );
  });
});
