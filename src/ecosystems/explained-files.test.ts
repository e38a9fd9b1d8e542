/** What packages explain of the files: owners, coverage, and files of the system that are not as their package left them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileTree } from "../../test/helpers/file-tree.ts";
import { imageFiles } from "../../test/helpers/wanted-file.ts";
import type { InspectedFile } from "../domain/files.ts";
import type { FileClaim, Package } from "../domain/package.ts";
import { catalogWith } from "./catalog.ts";
import { layClaims } from "./claims.ts";
import { measureCoverage } from "./coverage.ts";
import { fileDigests, isSystemFile, judgeSystemFiles } from "./system-files.ts";
import type { CatalogResult, Ecosystem } from "./types.ts";

function pkg(purl: string, path: string, more: Partial<Package> = {}): Package {
  const ecosystem = /^pkg:([^/]+)/.exec(purl)?.[1] ?? "";
  return {
    ecosystem,
    namespace: null,
    name: purl,
    version: "1",
    purl,
    sourcePackage: null,
    architecture: null,
    licenses: [],
    author: null,
    description: null,
    sizeBytes: null,
    evidence: [{ path, layer: null, layerIndex: null }],
    ...more,
  };
}

function claim(purl: string, path: string, more: Partial<FileClaim> = {}): FileClaim {
  return { purl, path, kind: "file", digest: null, isConfiguration: false, ...more };
}

/** An ecosystem that always says the same. */
function saying(id: string, result: CatalogResult, isDistro = false): Ecosystem {
  return {
    id,
    title: id,
    specs: [],
    version: 1,
    scheme: "semver",
    knows: {
      licenses: false,
      authors: false,
      descriptions: false,
      digests: false,
      dependencies: false,
      files: false,
      proof: "by-specification",
    },
    wants: () => false,
    ...(isDistro ? { isDatabase: () => false } : {}),
    catalog: () => result,
    lookUp: () => [],
  };
}

const bash = "pkg:deb/debian/bash@5";
const yaml = "pkg:deb/debian/python3-yaml@6";
const tree = fileTree(
  {
    "usr/bin/bash": { mode: 0o755 },
    "usr/bin/node": { mode: 0o755 },
    "usr/bin/stranger": { mode: 0o755 },
    "usr/lib/python3/dist-packages/yaml/METADATA": {},
    "app/node_modules/a/index.js": {},
    "app/node_modules/a/run": { mode: 0o755 },
    "app/lib/x.so.1": {},
    "srv/notes.txt": {},
  },
  { bin: "usr/bin" },
);
const distro = saying(
  "deb",
  {
    packages: [pkg(bash, "var/lib/dpkg/status"), pkg(yaml, "var/lib/dpkg/status")],
    problems: [],
    claims: [claim(bash, "bin/bash"), claim(yaml, "usr/lib/python3/dist-packages/yaml/METADATA")],
  },
  true,
);
const npm = saying("npm", {
  packages: [pkg("pkg:npm/a@1", "app/node_modules/a/package.json")],
  problems: [],
  claims: [claim("pkg:npm/a@1", "app/node_modules/a", { kind: "folder" })],
});
const pypi = saying("pypi", {
  packages: [pkg("pkg:pypi/pyyaml@6", "usr/lib/python3/dist-packages/yaml/METADATA")],
  problems: [],
});
const generic = saying("generic", {
  packages: [
    pkg("pkg:generic/bash@5", "usr/bin/bash", { foundBy: "signature" }),
    pkg("pkg:generic/node@20", "usr/bin/node", { foundBy: "signature" }),
  ],
  problems: [],
});

test("a wheel of the distribution is linked to its owner, and a program that it owns is not listed twice", () => {
  const { packages } = catalogWith([distro, npm, pypi, generic], { ...imageFiles([]), tree }, "installed");
  assert.deepEqual(
    packages.map(({ purl, ownedBy = null }) => [purl, ownedBy]),
    [
      [bash, null],
      [yaml, null],
      ["pkg:generic/node@20", null],
      ["pkg:npm/a@1", null],
      ["pkg:pypi/pyyaml@6", yaml],
    ],
  );
});

test("a package seen through a linked folder belongs to the owner of the real one", () => {
  const seenTwice = saying("npm", {
    packages: ["usr/share/nodejs/b/package.json", "usr/share/node_modules/b/package.json"].map((path) =>
      pkg("pkg:npm/b@1", path),
    ),
    problems: [],
  });
  const owner = saying(
    "deb",
    {
      packages: [pkg(bash, "var/lib/dpkg/status")],
      problems: [],
      claims: [claim(bash, "usr/share/nodejs/b/package.json")],
    },
    true,
  );
  const linked = fileTree(
    { "usr/share/nodejs/b/package.json": {} },
    { "usr/share/node_modules": "usr/share/nodejs" },
  );
  const { packages } = catalogWith([owner, seenTwice], { ...imageFiles([]), tree: linked }, "installed");
  assert.deepEqual(
    packages
      .filter(({ ecosystem }) => ecosystem === "npm")
      .map(({ ownedBy, evidence }) => [ownedBy, evidence.length]),
    [[bash, 2]],
  );
});

test("the same package owned in one place and installed by hand in another stays two", () => {
  const twice = saying("pypi", {
    packages: [
      pkg("pkg:pypi/pyyaml@6", "usr/lib/python3/dist-packages/yaml/METADATA"),
      pkg("pkg:pypi/pyyaml@6", "opt/venv/yaml/METADATA"),
    ],
    problems: [],
  });
  const { packages } = catalogWith([distro, twice], { ...imageFiles([]), tree }, "installed");
  assert.deepEqual(
    packages.filter(({ ecosystem }) => ecosystem === "pypi").map(({ ownedBy = null }) => ownedBy),
    [null, yaml],
  );
});

test("coverage counts files and executables by what explains them", () => {
  const sbom = catalogWith([distro, npm, pypi, generic], { ...imageFiles([]), tree }, "installed");
  assert.deepEqual(sbom.coverage, {
    files: { total: 8, byPackage: 4, bySignature: 1, byNothing: 3 },
    executables: { total: 5, byPackage: 2, bySignature: 1, byNothing: 2 },
    unexplained: ["app/lib/x.so.1", "usr/bin/stranger"],
  });
});

test("without packages nothing is explained, and without a tree nothing is said", () => {
  const none = catalogWith([], { ...imageFiles([]), tree }, "installed");
  assert.equal(none.coverage?.executables.byNothing, 5);
  assert.equal(none.systemFiles, undefined);
  assert.equal(catalogWith([distro], imageFiles([]), "installed").coverage, undefined);
});

const digest = (value: string) => ({ algorithm: "md5" as const, value });
const hashed = (path: string, md5: string): InspectedFile => ({
  by: fileDigests.id,
  path,
  sizeBytes: 1,
  mode: 0o755,
  value: { md5, sha1: "", sha256: "" },
  layer: null,
  layerIndex: null,
});

test("files of the system: modified, missing and unowned ones are named", () => {
  const claims = [
    claim(bash, "bin/bash", { digest: digest("aa") }),
    claim(bash, "bin/gone", { digest: digest("bb") }),
    claim(bash, "usr/share/doc/bash/copyright", { digest: digest("cc") }),
    claim(bash, "etc/bash.conf", { digest: digest("dd"), isConfiguration: true }),
    claim(bash, "usr/lib/only-a-name", { isConfiguration: true }),
  ];
  const there = fileTree(
    {
      "usr/bin/bash": { mode: 0o755 },
      "usr/bin/stranger": {},
      "etc/bash.conf": {},
      "usr/local/bin/mine": {},
    },
    { bin: "usr/bin" },
  );
  const judge = (inspected: readonly InspectedFile[]) => {
    const judging = judgeSystemFiles(inspected);
    const system = layClaims(claims, there, judging.take);
    const { unowned } = measureCoverage(there, [], { system, others: layClaims([], there) }, isSystemFile);
    return judging.judge(unowned);
  };
  const digests = [hashed("usr/bin/bash", "ee"), hashed("etc/bash.conf", "ff")];
  const found = judge(digests);
  assert.deepEqual(found, {
    listed: 5,
    compared: 2,
    modified: { count: 1, paths: ["usr/bin/bash"] },
    missing: { count: 1, paths: ["bin/gone"] },
    unowned: { count: 1, paths: ["usr/bin/stranger"] },
  });
  const same = judge([hashed("usr/bin/bash", "aa")]);
  assert.deepEqual([same?.compared, same?.modified.count], [1, 0]);
});

test("a file is hashed as package databases hash", () => {
  const view = {
    sizeBytes: 3,
    read: (offset: number) => (offset === 0 ? Buffer.from("abc") : Buffer.alloc(0)),
  };
  assert.deepEqual(fileDigests.inspect({ path: "usr/bin/x", sizeBytes: 3, mode: 0o755 }, view), {
    md5: "900150983cd24fb0d6963f7d28e17f72",
    sha1: "a9993e364706816aba3e25717850c26c9cd0d89d",
    sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  });
});
