import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { Distro, Package } from "../../domain/package.ts";
import { samples } from "./fixtures/sample.ts";
import { ebuild } from "./index.ts";
import { licenseExpression } from "./license.ts";

const gentoo: Distro = { id: "gentoo", versionId: "2.15", codename: null, name: "Gentoo", idLike: [] };
const ROOT = "var/db/pkg/";

function catalog(files: Readonly<Record<string, string | Uint8Array>>) {
  const wanted = Object.entries(files).map(([path, content]) => wantedFile(path, content));
  return ebuild.catalog(wanted, { mode: "installed", distro: gentoo, inspected: [] });
}

describe("Gentoo packages", () => {
  it("carry all that Portage knows of them", () => {
    const { packages, problems, claims = [] } = catalog(samples[0]!.files);
    assert.deepEqual(problems, []);
    assert.deepEqual(packages[0], {
      ecosystem: "ebuild",
      namespace: "app-sample",
      name: "tool",
      version: "1.0-r1",
      purl: "pkg:ebuild/app-sample/tool@1.0-r1?distro=gentoo-2.15",
      sourcePackage: null,
      architecture: "x86_64",
      licenses: ["GPL-2.0-or-later AND Apache-2.0 AND (MIT OR BSD-3-Clause)"],
      author: null,
      description: "A tool of the sample",
      sizeBytes: 12,
      evidence: [{ path: `${ROOT}app-sample/tool-1.0-r1/CONTENTS`, layer: "sha256:layer0", layerIndex: 0 }],
      fileCount: 4,
      dependsOn: ["pkg:ebuild/dev-sample/lib@2.1_p3?distro=gentoo-2.15"],
    });
    assert.deepEqual(
      [...claims].map(({ path, digest, isConfiguration }) => [
        path,
        digest?.value.slice(0, 4),
        isConfiguration,
      ]),
      [
        ["usr/bin/tool", "7cfb", false],
        ["usr/share/a b/x y", "401b", false],
        ["etc/tool.conf", "b9a7", true],
        ["usr/bin/tl", undefined, false],
        ["usr/lib/libsample.so.2", "7e65", false],
      ],
    );
  });

  const folders: readonly (readonly [string, readonly string[] | null])[] = [
    ["dev-lang/python-3.12.3-r1", ["dev-lang", "python", "3.12.3-r1"]],
    ["x11-libs/gtk+-2.24.33-r3", ["x11-libs", "gtk+", "2.24.33-r3"]],
    ["dev-libs/libsigc++-2.12.1", ["dev-libs", "libsigc++", "2.12.1"]],
    ["sys-apps/man-pages-posix-2017a", ["sys-apps", "man-pages-posix", "2017a"]],
    ["net-misc/openssh-9.6_p1-r3", ["net-misc", "openssh", "9.6_p1-r3"]],
    ["app-misc/a-alpha-1_alpha_pre2", ["app-misc", "a-alpha", "1_alpha_pre2"]],
    ["acct-user/ntp-0-r2", ["acct-user", "ntp", "0-r2"]],
    ["app-misc/noversion", null],
    ["app-misc/a b-1", null],
  ];
  for (const [folder, expected] of folders) {
    it(`of ${folder}`, () => {
      const { packages, problems } = catalog({ [`${ROOT}${folder}/CONTENTS`]: "" });
      const [pkg] = packages;
      assert.deepEqual(pkg === undefined ? null : [pkg.namespace, pkg.name, pkg.version], expected);
      assert.equal(problems.length, expected === null ? 1 : 0);
    });
  }

  const needs: readonly (readonly [string, readonly string[]])[] = [
    ["a/one", ["a/one@1"]],
    [">=a/one-0.5-r2:0/3=[ssl,-doc(+)]", ["a/one@1"]],
    ["=a/one-1* !a/two !!<a/two-2", ["a/one@1"]],
    ["|| ( a/gone a/two a/one )", ["a/two@2"]],
    ["|| ( ( a/gone a/one ) a/two ) a/one", ["a/one@1"]],
    ["a/slotted:3", ["a/slotted@3"]],
    ["a/slotted", ["a/slotted@3", "a/slotted@4"]],
    ["a/gone a/self ) ) ( ||", []],
  ];
  for (const [text, expected] of needs) {
    it(`need ${text}`, () => {
      const { packages } = catalog({
        [`${ROOT}a/self-1/CONTENTS`]: "",
        [`${ROOT}a/self-1/RDEPEND`]: text,
        [`${ROOT}a/one-1/CONTENTS`]: "",
        [`${ROOT}a/two-2/CONTENTS`]: "",
        [`${ROOT}a/slotted-3/CONTENTS`]: "",
        [`${ROOT}a/slotted-3/SLOT`]: "3/3.1\n",
        [`${ROOT}a/slotted-4/CONTENTS`]: "",
        [`${ROOT}a/slotted-4/SLOT`]: "4\n",
      });
      assert.deepEqual(
        packages[0]?.dependsOn ?? [],
        expected.map((name) => `pkg:ebuild/${name}?distro=gentoo-2.15`),
      );
    });
  }

  const licenses: readonly (readonly [string, string | null])[] = [
    ["MIT", "MIT"],
    ["GPL-2 LGPL-2.1+", "GPL-2 AND LGPL-2.1+"],
    ["|| ( GPL-2 BSD-2 )", "(GPL-2 OR BSD-2-Clause)"],
    ["( MIT ( BSD ) ) doc? ( FDL-1.3+ )", "(MIT AND BSD-3-Clause) AND GFDL-1.3-or-later"],
    ["|| ( a", "a"],
    [") ) metapackage", null],
    ["", null],
  ];
  for (const [text, expected] of licenses) {
    it(`have the licence ${JSON.stringify(text)}`, () => assert.equal(licenseExpression(text), expected));
  }

  for (const [path, isWanted] of [
    [`${ROOT}a/b-1/CONTENTS`, true],
    [`${ROOT}a/b-1/RDEPEND`, true],
    [`${ROOT}a/b-1/environment.bz2`, false],
    [`${ROOT}a/-MERGING-b-1/CONTENTS`, false],
    [`${ROOT}a/b-1/c/CONTENTS`, false],
    [`${ROOT}a/CONTENTS`, false],
  ] as const) {
    it(`${isWanted ? "want" : "do not want"} ${path}`, () => {
      assert.equal(ebuild.wants(path, "installed"), isWanted);
      assert.equal(ebuild.wants(path, "sources"), false);
    });
  }

  it("are looked up by category and name", () => {
    const pkg = catalog(samples[0]!.files).packages[0] as Package;
    const key = [{ space: "ebuild:gentoo", name: "app-sample/tool", version: "1.0-r1", by: "package" }];
    assert.deepEqual(ebuild.lookUp(pkg, gentoo), key);
    assert.deepEqual(ebuild.lookUp(pkg, null), key);
    assert.deepEqual(ebuild.lookUp({ ...pkg, purl: "pkg:ebuild/app-sample/tool@1.0-r1" }, null), key);
    assert.deepEqual(ebuild.lookUp({ ...pkg, namespace: null }, null), []);
  });

  it("hostile lists are read in linear time", () => {
    const folder = `${ROOT}a/b-1/`;
    for (const [name, text] of [
      ["CONTENTS", `obj /${"a ".repeat(200_000)}`],
      ["CONTENTS", `sym /${"a -> ".repeat(100_000)}`],
      ["RDEPEND", "|| ( ".repeat(200_000)],
      ["RDEPEND", `>=a/${"-1".repeat(30_000)}x`],
      ["LICENSE", "|| ( ".repeat(200_000)],
    ] as const) {
      const { packages } = catalog({ [`${folder}CONTENTS`]: "", [folder + name]: text });
      assert.equal(packages.length, 1);
    }
  });
});
