import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withoutDistro } from "../../../test/helpers/without-distro.ts";
import { gzipSync } from "node:zlib";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { Distro, Package } from "../../domain/package.ts";
import { samples } from "./fixtures/sample.ts";
import { alpm } from "./index.ts";

const at = (id: string): Distro => ({ id, versionId: null, codename: null, name: id, idLike: [] });
const FOLDER = "var/lib/pacman/local/";

function catalog(files: Readonly<Record<string, string | Uint8Array>>, distro: Distro | null = at("arch")) {
  const wanted = Object.entries(files).map(([path, content]) => wantedFile(path, content));
  return alpm.catalog(wanted, { mode: "installed", distro, inspected: [] });
}

const desc = (name: string, more = "") => `%NAME%\n${name}\n\n%VERSION%\n1.0-1\n\n%ARCH%\nany\n\n${more}`;

describe("Arch Linux packages", () => {
  it("carry all that pacman knows of them", () => {
    const { packages, problems, claims = [] } = catalog(samples[0]!.files);
    assert.deepEqual(problems, []);
    assert.deepEqual(packages[0], {
      ecosystem: "alpm",
      namespace: "arch",
      name: "Sample",
      version: "1:2.0rc1-3",
      purl: "pkg:alpm/arch/sample@1:2.0rc1-3?arch=x86_64&distro=arch&upstream=sample-base",
      sourcePackage: { name: "sample-base", version: "1:2.0rc1-3" },
      architecture: "x86_64",
      licenses: ["GPL-3.0-or-later", "LicenseRef-Sample"],
      author: "Sample Packager <p@sample.example>",
      description: "A tool of the sample",
      sizeBytes: 15,
      evidence: [{ path: `${FOLDER}Sample-1:2.0rc1-3/desc`, layer: "sha256:layer0", layerIndex: 0 }],
      fileCount: 4,
      dependsOn: ["pkg:alpm/arch/samplelib@1.0-1?arch=any&distro=arch&upstream=sample-base"],
    });
    assert.deepEqual(
      [...claims].map(({ path, digest, isConfiguration }) => [
        path,
        digest?.value.slice(0, 4),
        isConfiguration,
      ]),
      [
        ["etc/sample.conf", "8d0d", true],
        ["usr/bin/sample", "6794", false],
        ["usr/bin/smp", undefined, false],
        ["usr/share/a b/é", "73cb", false],
        ["usr/lib/libsample.so.1", undefined, false],
      ],
    );
  });

  it("lose only the record that is malformed", () => {
    const { packages, problems } = catalog({
      [`${FOLDER}a-1.0-1/desc`]: desc("a"),
      [`${FOLDER}b-1.0-1/desc`]: "%NAME%\nb\n\n%VERSION%\n\n",
      [`${FOLDER}c-1.0-1/desc`]: desc("c").replaceAll("\n", "\r\n"),
    });
    assert.deepEqual(
      packages.map(({ name }) => name),
      ["a", "c"],
    );
    assert.deepEqual(
      problems.map(({ code, path }) => [code, path]),
      [["RECORD_INVALID", `${FOLDER}b-1.0-1/desc`]],
    );
  });

  const files = "%FILES%\netc/x\n\n%BACKUP%\netc/x\td41d8cd98f00b204e9800998ecf8427e\n";
  const bomb = gzipSync(Buffer.alloc(33 * 1024 * 1024, 0x20));
  for (const [title, mtree] of [
    ["is no gzip", "not packed"],
    ["is cut", gzipSync("#mtree\n./etc/x md5digest=0\n").subarray(0, 20)],
    ["unpacks past every real one", bomb],
  ] as const) {
    it(`a list of digests that ${title} is a problem and loses no file`, () => {
      const folder = `${FOLDER}a-1.0-1/`;
      const { packages, problems, claims } = catalog({
        [`${folder}desc`]: desc("a"),
        [`${folder}files`]: files,
        [`${folder}mtree`]: mtree,
      });
      assert.equal(packages.length, 1);
      assert.equal([...(claims ?? [])][0]?.digest?.algorithm, "md5");
      assert.deepEqual(
        problems.map(({ code, path }) => [code, path]),
        [["RECORD_INVALID", `${folder}mtree`]],
      );
    });
  }

  for (const [path, isWanted] of [
    [`${FOLDER}a-1-1/desc`, true],
    [`${FOLDER}a-1-1/files`, true],
    [`${FOLDER}a-1-1/mtree`, true],
    [`${FOLDER}a-1-1/install`, false],
    [`${FOLDER}ALPM_DB_VERSION`, false],
    [`${FOLDER}a-1-1/b/desc`, false],
    ["var/lib/pacman/sync/core/a-1-1/desc", false],
  ] as const) {
    it(`${isWanted ? "want" : "do not want"} ${path}`, () => {
      assert.equal(alpm.wants(path, "installed"), isWanted);
      assert.equal(alpm.wants(path, "sources"), false);
    });
  }

  it("are looked up by their own names", () => {
    const pkg = catalog(samples[0]!.files).packages[0] as Package;
    const key = (space: string) => [{ space, name: "Sample", version: "1:2.0rc1-3", by: "package" }];
    assert.deepEqual(alpm.lookUp(pkg, at("arch")), key("alpm:arch"));
    assert.deepEqual(alpm.lookUp(withoutDistro(pkg), at("manjaro")), key("alpm:manjaro"));
    assert.deepEqual(alpm.lookUp(pkg, null), key("alpm:arch"));
    assert.deepEqual(alpm.lookUp({ ...pkg, namespace: null, purl: "pkg:alpm/x@1-1" }, null), []);
  });
});
