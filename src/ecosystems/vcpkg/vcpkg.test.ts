import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { CatalogMode, CatalogResult } from "../types.ts";
import { samples, status } from "./fixtures/sample.ts";
import { vcpkg } from "./index.ts";

function read(mode: CatalogMode, ...files: readonly (readonly [string, string])[]): CatalogResult {
  return vcpkg.catalog(
    files.map(([path, text]) => wantedFile(path, text)),
    { mode, distro: null, inspected: [] },
  );
}

describe("vcpkg", () => {
  it("wants the database of installations and manifests of source trees", () => {
    for (const path of ["i/vcpkg/status", "i/vcpkg/info/a_1_x64-linux.list", "i/vcpkg/updates/0000000001"]) {
      assert.ok(vcpkg.wants(path, "installed"), path);
    }
    assert.ok(vcpkg.wants("app/vcpkg.json", "sources"));
    assert.ok(
      !vcpkg.wants("var/lib/dpkg/status", "installed") &&
        !vcpkg.wants("var/lib/dpkg/info/a.list", "installed"),
    );
  });

  it("lists what is installed, with its files", () => {
    const { packages, claims } = catalogSample(vcpkg, samples[0]!);
    assert.deepEqual(
      packages.map(({ purl, description, dependsOn = [] }) => [purl, description, dependsOn]),
      [
        ["pkg:vcpkg/vcpkg-cmake@2024-04-23?triplet=x64-linux", null, []],
        [
          "pkg:vcpkg/zlib@1.3.1?port_version=2&triplet=x64-linux",
          "A compression library",
          ["pkg:vcpkg/vcpkg-cmake@2024-04-23?triplet=x64-linux"],
        ],
      ],
    );
    assert.deepEqual(
      [...(claims ?? [])].map(({ path }) => path),
      ["app/vcpkg_installed/x64-linux/include/zlib.h", "app/vcpkg_installed/x64-linux/lib/libz.a"],
    );
  });

  it("takes what was done later into account", () => {
    const { packages } = read(
      "installed",
      ["i/vcpkg/status", status],
      [
        "i/vcpkg/updates/0000000001",
        "Package: zlib\nVersion: 1.3.1\nArchitecture: x64-linux\nStatus: purge ok not-installed\n",
      ],
    );
    assert.deepEqual(
      packages.map(({ name }) => name),
      ["vcpkg-cmake"],
    );
  });

  it("a bad record loses only itself", () => {
    const { packages, problems } = read("installed", [
      "i/vcpkg/status",
      "Package: a\nStatus: install ok installed\n\nPackage: b\nVersion: 1\nArchitecture: x\nStatus: install ok installed\n",
    ]);
    assert.deepEqual(
      packages.map(({ name }) => name),
      ["b"],
    );
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["RECORD_INVALID"],
    );
  });

  it("reads overrides of a manifest, and names what follows a baseline", () => {
    const { packages, problems } = read("sources", [
      "vcpkg.json",
      JSON.stringify({
        dependencies: ["fmt", { name: "zlib" }],
        overrides: [{ name: "zlib", version: "1.3.1#2" }, { name: "bad" }],
      }),
    ]);
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ["pkg:vcpkg/zlib@1.3.1?port_version=2"],
    );
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["RECORD_INVALID", "DEPENDENCY_UNPINNED"],
    );
  });
});
