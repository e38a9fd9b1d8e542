/**
 * No ecosystem throws, whatever the bytes: random ones, and pieces of valid files cut, repeated and put together wrongly.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { wantedFile } from "../../test/helpers/wanted-file.ts";
import type { Distro } from "../domain/package.ts";
import { isIncomplete } from "../domain/problem.ts";
import { ecosystems } from "./catalog.ts";
import { findDistro } from "./distro.ts";
import type { CatalogMode } from "./types.ts";

const paths: readonly (readonly [string, CatalogMode])[] = [
  ["var/lib/dpkg/status", "installed"],
  ["var/lib/dpkg/status.d/a", "installed"],
  ["usr/share/doc/a/copyright", "installed"],
  ["var/lib/dpkg/info/a.list", "installed"],
  ["var/lib/dpkg/info/a.md5sums", "installed"],
  ["var/lib/dpkg/diversions", "installed"],
  ["var/lib/chisel/manifest.wall", "installed"],
  ["lib/apk/db/installed", "installed"],
  ["var/lib/rpm/rpmdb.sqlite", "installed"],
  ["var/lib/rpm/Packages.db", "installed"],
  ["var/lib/rpm/Packages", "installed"],
  ["var/lib/rpmmanifest/container-manifest-2", "installed"],
  ["var/lib/pacman/local/a-1-1/desc", "installed"],
  ["var/lib/pacman/local/a-1-1/mtree", "installed"],
  ["var/db/pkg/a/b-1/CONTENTS", "installed"],
  ["usr/lib/opkg/status", "installed"],
  ["opt/bitnami/a/.spdx-a.spdx", "installed"],
  ["opt/bitnami/.bitnami_components.json", "installed"],
  ["opt/docker/sbom/a/.spdx.a.json", "installed"],
  ["node_modules/a/package.json", "installed"],
  ["s/a-1.dist-info/METADATA", "installed"],
  ["s/a.egg-info", "installed"],
  ["node_modules/.package-lock.json", "installed"],
  ["node_modules/.pnpm/lock.yaml", "installed"],
  ["node_modules/.yarn-integrity", "installed"],
  [".pnp.cjs", "installed"],
  [".pnp.data.json", "installed"],
  ["s/pip/_vendor/vendor.txt", "installed"],
  ...[
    "package.json",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
    "deno.lock",
    "pyproject.toml",
    "requirements.txt",
    "poetry.lock",
    "Pipfile.lock",
  ].map((path) => [path, "sources"] as const),
];

const pieces = [
  "Package: a\n",
  "Status: install ok installed\n",
  "Version: 1:2~3\n",
  "Source: s (1)\n",
  " continued\n",
  "\n",
  "\r\n",
  ":\n",
  "P:a\n",
  "V:1-r0\n",
  "L:MIT GPL2+\n",
  "o:b\n",
  "D:so:a=1 !b\n",
  "F:usr\nR:a\nZ:Q1x=\n",
  "Depends: b | c, d (>= 1)\n",
  "Conffiles:\n /etc/a d41d8cd98f00b204e9800998ecf8427e\n",
  "d41d8cd98f00b204e9800998ecf8427e  usr/a\n",
  "/usr\n/usr/a\n",
  "%NAME%\na\n\n",
  "%VERSION%\n1-1\n\n",
  "obj /a d41d8cd98f00b204e9800998ecf8427e 1\n",
  "a\t1-1\t1\t1\tv\t(none)\t1\tx86_64\t0\ta-1-1.src.rpm\n",
  "SQLite format 3\0",
  "RpmP",
  "Slot",
  "Name: a\n",
  "License: GPL-2+ or Artistic, and Expat\n",
  "Classifier: License :: x\n",
  "Format: https://x/copyright-format/1.0/\n",
  "Files: *\n",
  "/usr/share/common-licenses/GPL-2 ",
  "{",
  "}",
  "[",
  "]",
  '"name":',
  '"a"',
  '"version":',
  '"1"',
  ",",
  '"packages":',
  '"dependencies":',
  '"node_modules/a":',
  '"__proto__":',
  '"_meta":',
  '"externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:bitnami/a@1"}]',
  '"default":',
  "null",
  '"@b/c@^1.0.0":\n',
  '  version "1.0.0"\n',
  "  resolution: ",
  "__metadata:\n",
  "lockfileVersion: '9.0'\n",
  "packages:\n",
  "  /a@1.0.0:\n",
  "    resolution: {x}\n",
  "[[package]]\n",
  'name = "a"\n',
  'version = "1"\n',
  "a==1 \\\n",
  "-r x.txt\n",
  "# c\n",
  "b[c",
  "\ufeff",
  "\u0000",
  "é",
];

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .array(fc.constantFrom(...pieces), { maxLength: 40 })
    .map((list) => new TextEncoder().encode(list.join(""))),
  fc.json().map((text) => new TextEncoder().encode(text)),
);

const distro: Distro = { id: "debian", versionId: "12", codename: null, name: "x", idLike: [] };

describe("any bytes", () => {
  for (const [path, mode] of paths) {
    it(`as ${path} give packages or problems, and well-formed ones`, () => {
      const plugin = ecosystems.find((ecosystem) => ecosystem.wants(path, mode));
      assert.ok(plugin !== undefined);
      fc.assert(
        fc.property(bytes, bytes, (content, lower) => {
          const earlier = [{ bytes: lower, layer: "sha256:lower", layerIndex: 0 }];
          const { packages, problems } = plugin.catalog([{ ...wantedFile(path, content, 1), earlier }], {
            mode,
            distro,
            inspected: [],
          });
          for (const problem of problems) isIncomplete(problem);
          for (const pkg of packages) {
            assert.ok(pkg.name !== "" && pkg.version !== "" && pkg.evidence.length === 1);
            assert.match(pkg.purl, /^pkg:[a-z]+\/[\x21-\x7e]+$/);
            assert.ok(Array.isArray(plugin.lookUp(pkg, distro)));
          }
        }),
        { numRuns: 300 },
      );
    });
  }

  it("as files about the distro give one or none", () => {
    for (const path of [
      "etc/os-release",
      "etc/lsb-release",
      "etc/alpine-release",
      "etc/debian_version",
      "bin/busybox",
    ]) {
      fc.assert(fc.property(bytes, (content) => void findDistro([wantedFile(path, content)])));
    }
  });
});

describe("large hostile files", () => {
  const rows: readonly (readonly [string, CatalogMode, string])[] = [
    ["var/lib/dpkg/status", "installed", "Status: ".repeat(500_000)],
    ["var/lib/dpkg/status", "installed", "Package: a\nStatus: installed\nVersion: 1\n x\n".repeat(50_000)],
    ["var/lib/dpkg/status", "installed", "\n \n".repeat(500_000)],
    [
      "usr/share/doc/a/copyright",
      "installed",
      `Format: copyright-format\nLicense: ${"( or ".repeat(200_000)}`,
    ],
    ["lib/apk/db/installed", "installed", "P:a\nV:1\nL:MIT\n\n".repeat(50_000)],
    ["lib/apk/db/installed", "installed", `P:a\nV:1\nD:${"a ".repeat(300_000)}\np:${"a=1 ".repeat(200_000)}`],
    ["lib/apk/db/installed", "installed", `P:a\nV:1\n${"F:a\nR:b\nZ:Q1x=\n".repeat(100_000)}`],
    [
      "var/lib/dpkg/status",
      "installed",
      `Package: a\nVersion: 1\nDepends: ${"a|".repeat(300_000)}\nProvides: ${"a,".repeat(300_000)}`,
    ],
    ["var/db/pkg/a/b-1/CONTENTS", "installed", "obj /a ".repeat(300_000)],
    ["usr/lib/opkg/status", "installed", "Package: a\nVersion: 1\nStatus: installed\n\n".repeat(30_000)],
    [
      "var/lib/pacman/local/a-1-1/desc",
      "installed",
      `%NAME%\na\n\n%VERSION%\n1-1\n\n${"%DEPENDS%\na\n\n".repeat(100_000)}`,
    ],
    ["var/lib/rpmmanifest/container-manifest-2", "installed", "a\t1-1\t\n".repeat(50_000)],
    ["node_modules/a/package.json", "installed", `{"a":${"[".repeat(1_000_000)}`],
    ["package-lock.json", "sources", `${'{"lockfileVersion":1,"dependencies":{"a":'.repeat(20_000)}`],
    ["package-lock.json", "sources", `${'{"dependencies":{"a":'.repeat(20_000)}1${"}}".repeat(20_000)}`],
    ["yarn.lock", "sources", '"a@1, '.repeat(300_000)],
    ["pnpm-lock.yaml", "sources", `lockfileVersion: 9\npackages:\n${"  a@1(: \n".repeat(100_000)}`],
    ["bun.lock", "sources", `{"a":"${'\\\\"'.repeat(500_000)}`],
    ["bun.lock", "sources", `{"a":[${",\n".repeat(300_000)}`],
    [
      "deno.lock",
      "sources",
      `{"version":"5","npm":{${'"a@1_a@1":{"dependencies":["a"]},'.repeat(20_000)}"b@1":{}}}`,
    ],
    [".pnp.cjs", "installed", `'{\\\n${"\\x".repeat(500_000)}`],
    [
      "package-lock.json",
      "sources",
      `{"packages":{"${"node_modules/a/".repeat(200)}b":{"version":"1","dependencies":{${'"c":"1",'.repeat(5000)}"d":"1"}}}}`,
    ],
    ["requirements.txt", "sources", "-r requirements.txt\n-c requirements.txt\na\n".repeat(20_000)],
    ["requirements.txt", "sources", "a\\\n".repeat(300_000)],
    ["requirements.txt", "sources", `${" ".repeat(1_000_000)}==`],
    ["poetry.lock", "sources", "[[package]]\n".repeat(50_000)],
  ];
  for (const [path, mode, text] of rows) {
    // Quick when the reader is linear; one that is not would never end here.
    it(`${path}: ${JSON.stringify(text.slice(0, 40))}`, () => {
      const plugin = ecosystems.find((ecosystem) => ecosystem.wants(path, mode));
      const result = plugin?.catalog([wantedFile(path, text)], { mode, distro, inspected: [] });
      assert.ok(result !== undefined && result.problems.length <= 30);
    });
  }
});
