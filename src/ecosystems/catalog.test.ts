import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { imageFiles, wantedFile } from "../../test/helpers/wanted-file.ts";
import type { Package } from "../domain/package.ts";
import * as all from "./all.ts";
import { catalogPackages, catalogWith, ecosystems, keepsHistory, wantsFile } from "./catalog.ts";
import { lookUpKeys, producersOf, schemeOf } from "./look-up.ts";
import type { CatalogMode, Ecosystem } from "./types.ts";

const osRelease = wantedFile("etc/os-release", "ID=debian\nVERSION_ID=12\n");
const status = wantedFile(
  "var/lib/dpkg/status",
  "Package: a\nStatus: install ok installed\nVersion: 1.0-1\nArchitecture: all\n",
);
const manifest = (path: string, layer = 0) =>
  wantedFile(path, '{"name":"b","version":"2.0.0","license":"MIT"}', layer);

function catalog(files: readonly ReturnType<typeof wantedFile>[], mode: CatalogMode = "installed") {
  const sbom = catalogPackages(imageFiles(files), mode);
  return {
    ...sbom,
    purls: sbom.packages.map((pkg) => pkg.purl),
    codes: sbom.problems.map((problem) => problem.code),
  };
}

describe("the catalog", () => {
  it("puts the answers of all ecosystems together", () => {
    const { distro, purls, codes, completeness, verification, producers } = catalog([
      osRelease,
      status,
      manifest("x/node_modules/b/package.json"),
    ]);
    assert.equal(distro?.id, "debian");
    assert.deepEqual(purls, ["pkg:deb/debian/a@1.0-1?arch=all&distro=debian-12", "pkg:npm/b@2.0.0"]);
    assert.deepEqual([codes, completeness, verification], [[], "complete", "verified"]);
    assert.deepEqual(producers, producersOf("installed"));
  });

  it("makes one package of what is seen in several places", () => {
    const { packages } = catalog([
      manifest("z/node_modules/b/package.json", 3),
      manifest("a/node_modules/b/package.json", 1),
    ]);
    assert.equal(packages.length, 1);
    assert.deepEqual(
      packages[0]?.evidence.map((seen) => [seen.path, seen.layerIndex]),
      [
        ["a/node_modules/b/package.json", 1],
        ["z/node_modules/b/package.json", 3],
      ],
    );
  });

  it("gives the same bytes for the same input", () => {
    const files = [osRelease, status, manifest("x/node_modules/b/package.json")];
    assert.equal(JSON.stringify(catalog(files)), JSON.stringify(catalog(files.toReversed())));
  });

  it("keeps the problems of the files", () => {
    const problem = { code: "TAR_INVALID", message: "x", path: null, layer: null } as const;
    const sbom = catalogPackages({ ...imageFiles([osRelease, status]), problems: [problem] }, "installed");
    assert.deepEqual([sbom.problems, sbom.completeness], [[problem], "incomplete"]);
  });
});

describe("an image that does not tell what it holds is incomplete", () => {
  const rows: readonly (readonly [string, readonly ReturnType<typeof wantedFile>[], readonly string[]])[] = [
    ["nothing at all", [], ["DISTRO_UNKNOWN", "NO_PACKAGE_DATABASE", "NOTHING_FOUND"]],
    ["a distro without its database", [osRelease], ["NO_PACKAGE_DATABASE", "NOTHING_FOUND"]],
    [
      "language packages alone",
      [manifest("node_modules/b/package.json")],
      ["DISTRO_UNKNOWN", "NO_PACKAGE_DATABASE"],
    ],
    [
      "an empty database",
      [osRelease, wantedFile("var/lib/dpkg/status", "")],
      ["NO_PACKAGE_DATABASE", "NOTHING_FOUND"],
    ],
    [
      "a database without valid packages",
      [osRelease, wantedFile("lib/apk/db/installed", "P:a\n")],
      ["NO_PACKAGE_DATABASE", "NOTHING_FOUND", "RECORD_INVALID"],
    ],
  ];
  for (const [title, files, codes] of rows) {
    it(title, () => {
      const sbom = catalog(files);
      assert.deepEqual([sbom.codes, sbom.completeness], [codes, "incomplete"]);
    });
  }

  it("but a database of an unknown distro is complete, with a notice", () => {
    const sbom = catalog([status]);
    assert.deepEqual([sbom.codes, sbom.completeness], [["DISTRO_UNKNOWN"], "complete"]);
    assert.deepEqual(lookUpKeys(sbom.packages[0]!, null), []);
  });

  it("a source tree without lock files too", () => {
    const sbom = catalog([], "sources");
    assert.deepEqual([sbom.codes, sbom.completeness, sbom.distro], [["NOTHING_FOUND"], "incomplete", null]);
  });
});

describe("an ecosystem that throws", () => {
  const failing: Ecosystem = {
    ...all.npm,
    id: "failing",
    title: "Failing packages",
    catalog: () => {
      throw new TypeError("\u001b[31mboom");
    },
  };

  it("loses only its own packages", () => {
    const sbom = catalogWith([failing, all.deb], imageFiles([osRelease, status]), "installed");
    assert.equal(sbom.packages.length, 1);
    assert.deepEqual(
      sbom.problems.map((problem) => problem.code),
      ["PARSE_FAILED"],
    );
    assert.match(sbom.problems[0]?.message ?? "", /Failing packages/);
    assert.doesNotMatch(sbom.problems[0]?.message ?? "", /\u001b/);
    assert.equal(sbom.completeness, "incomplete");
  });
});

describe("the family", () => {
  it("lists every folder once, each with its own id", () => {
    const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== "shared")
      .map((entry) => entry.name);
    assert.deepEqual(
      ecosystems.map((ecosystem) => ecosystem.id),
      folders.sort(),
    );
    assert.equal(Object.keys(all).length, folders.length);
  });

  it("has versions that stand in the producers", () => {
    for (const { id, version } of ecosystems) assert.equal(producersOf("installed")[id], version);
    assert.notDeepEqual(producersOf("installed"), producersOf("sources"));
  });

  it("answers for packages of documents by their ecosystem", () => {
    const pkg = (ecosystem: string, purl: string): Package => ({
      ecosystem,
      namespace: "debian",
      name: "a",
      version: "1",
      purl,
      sourcePackage: null,
      architecture: null,
      licenses: [],
      author: null,
      description: null,
      sizeBytes: null,
      evidence: [],
    });
    assert.deepEqual(lookUpKeys(pkg("mlflow", "pkg:mlflow/a@1"), null), []);
    assert.equal(schemeOf(pkg("mlflow", "pkg:mlflow/a@1")), null);
    assert.equal(schemeOf(pkg("pypi", "pkg:pypi/a@1")), "pep440");
    const spaces = ["debian-12", "12", "bookworm", "debian-12.5"].map(
      (distro) => lookUpKeys(pkg("deb", `pkg:deb/debian/a@1?distro=${distro}`), null)[0]?.space,
    );
    assert.deepEqual(spaces, Array(4).fill("deb:debian:12"));
  });
});

describe("the wanted files", () => {
  it("are those of the ecosystems and of the distro", () => {
    const wants = wantsFile("installed");
    const folders = [
      "",
      "a/",
      "a/node_modules/b",
      "lib/modules/6.1",
      "opt/x.dist-info",
      "var/lib/dpkg/info/x",
    ];
    const ends = [".js", "a", "/status", "/x.list", ...ecosystems.flatMap(({ endings }) => endings ?? [])];
    for (const path of folders.flatMap((folder) => ends.map((end) => folder + end)))
      assert.equal(
        wants(path),
        ecosystems.some((ecosystem) => ecosystem.wants(path, "installed")),
        path,
      );
    for (const path of [
      "etc/os-release",
      "var/lib/dpkg/status",
      "lib/apk/db/installed",
      "a/node_modules/b/package.json",
    ]) {
      assert.ok(wants(path), path);
    }
    for (const path of ["package-lock.json", "etc/passwd", "usr/share/doc/a/changelog.gz"])
      assert.ok(!wants(path), path);
    assert.ok(wantsFile("sources")("package-lock.json"));
    assert.ok(!wantsFile("sources")("etc/os-release"));
  });

  it("with history are the databases that each layer rewrites", () => {
    const paths = ["var/lib/dpkg/status", "lib/apk/db/installed", "usr/lib/apk/db/installed"];
    assert.ok(paths.every(keepsHistory));
    assert.ok(!keepsHistory("var/lib/dpkg/status.d/a"));
    assert.ok(!keepsHistory("a/node_modules/b/package.json"));
  });
});
