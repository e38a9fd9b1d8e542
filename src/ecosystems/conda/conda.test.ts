import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { CatalogMode, CatalogResult } from "../types.ts";
import { condaLock, libfoo, samples } from "./fixtures/sample.ts";
import { conda } from "./index.ts";

function read(mode: CatalogMode, ...files: readonly (readonly [string, string])[]): CatalogResult {
  return conda.catalog(
    files.map(([path, text]) => wantedFile(path, text)),
    { mode, distro: null, inspected: [] },
  );
}
const purls = ({ packages }: CatalogResult): readonly string[] => packages.map(({ purl }) => purl);
const codes = ({ problems }: CatalogResult): readonly string[] => problems.map(({ code }) => code);

describe("conda: which files", () => {
  const rows: readonly (readonly [string, CatalogMode, boolean])[] = [
    ["opt/conda/conda-meta/a-1-0.json", "installed", true],
    ["opt/conda/envs/x/conda-meta/a-1-0.json", "installed", true],
    ["opt/conda/conda-meta/history", "installed", false],
    ["opt/conda/pkgs/a-1-0/info/index.json", "installed", false],
    ["environment.yml", "sources", true],
    ["x/conda-lock.yml", "sources", true],
    ["conda-linux-64.lock", "sources", true],
    ["pixi.lock", "sources", true],
    ["poetry.lock", "sources", false],
    ["environment.yml", "installed", false],
  ];
  for (const [path, mode, expected] of rows) {
    it(`${path} (${mode})`, () => assert.equal(conda.wants(path, mode), expected));
  }
});

describe("conda: installed", () => {
  const result = catalogSample(conda, samples[0]!);
  it("all that a record tells", () => {
    assert.deepEqual(
      result.packages.find(({ name }) => name === "libfoo"),
      {
        ecosystem: "conda",
        namespace: null,
        name: "libfoo",
        version: "1.2.3",
        purl: "pkg:conda/libfoo@1.2.3?build=h0123456_0&channel=conda-forge&subdir=linux-64&type=tar.bz2",
        sourcePackage: null,
        architecture: null,
        licenses: ["LGPL-2.1-or-later"],
        author: null,
        description: null,
        sizeBytes: 7,
        evidence: [
          {
            path: "opt/conda/conda-meta/libfoo-1.2.3-h0123456_0.json",
            layer: "sha256:layer0",
            layerIndex: 0,
          },
        ],
        packedSizeBytes: libfoo.size,
        digests: [
          { algorithm: "md5", value: libfoo.md5 },
          { algorithm: "sha256", value: libfoo.sha256 },
        ],
        fileCount: 2,
      },
    );
    assert.deepEqual(result.packages.find(({ name }) => name === "bar")?.dependsOn, [
      "pkg:conda/libfoo@1.2.3?build=h0123456_0&channel=conda-forge&subdir=linux-64&type=tar.bz2",
    ]);
  });

  it("files with the digests that they have once installed", () => {
    assert.deepEqual(
      [...(result.claims ?? [])].find(({ path }) => path === "opt/conda/lib/libfoo.so.1")?.digest?.value,
      "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    );
    const paths = [
      { _path: "a", sha256: "0".repeat(64), sha256_in_prefix: "1".repeat(64) },
      { _path: "b", sha256: "0".repeat(64), prefix_placeholder: "/x" },
      { _path: "../c", sha256: "0".repeat(64) },
      { _path: "/d" },
    ];
    const { claims } = read("installed", [
      "conda-meta/a-1-0.json",
      JSON.stringify({ name: "a", version: "1", paths_data: { paths } }),
    ]);
    assert.deepEqual(
      [...(claims ?? [])].map(({ path, digest }) => [path, digest?.value ?? null]),
      [
        ["a", "1".repeat(64)],
        ["b", null],
        ["conda-meta/a-1-0.json", null],
      ],
    );
  });

  it("a bad record loses only itself; environments do not see each other", () => {
    const result = read(
      "installed",
      ["a/conda-meta/x-1-0.json", '{"name":"x","version":"1","depends":["y >=1","__glibc"]}'],
      ["b/conda-meta/y-1-0.json", '{"name":"y","version":"1"}'],
      ["b/conda-meta/z-1-0.json", '{"name":"z"}'],
      ["b/conda-meta/w-1-0.json", "["],
    );
    assert.deepEqual(purls(result), ["pkg:conda/x@1", "pkg:conda/y@1"]);
    assert.equal(result.packages[0]?.dependsOn, undefined);
    assert.deepEqual(codes(result), ["RECORD_INVALID", "PARSE_FAILED"]);
  });
});

describe("conda: source trees", () => {
  it("conda-lock.yml", () => {
    const result = read("sources", ["conda-lock.yml", condaLock]);
    assert.deepEqual(purls(result), [
      "pkg:conda/libfoo@1.2.3?build=h0123456_0&channel=conda-forge&subdir=linux-64&type=tar.bz2",
      "pkg:conda/bar@2024a?build=0&channel=conda-forge&subdir=noarch&type=conda",
    ]);
    assert.equal(result.packages[1]?.dependsOn?.length, 1);
    assert.deepEqual(codes(result), ["DEPENDENCY_UNPINNED"]);
  });

  it("an explicit list", () => {
    const result = read("sources", [
      "conda-linux-64.lock",
      `# platform: linux-64\n@EXPLICIT\nhttps://x/conda-forge/linux-64/a-b-1.0-h_1.conda#${"0".repeat(32)}\nnothing\n`,
    ]);
    assert.deepEqual(purls(result), [
      "pkg:conda/a-b@1.0?build=h_1&channel=conda-forge&subdir=linux-64&type=conda",
    ]);
    assert.equal(result.packages[0]?.digests?.[0]?.algorithm, "md5");
    assert.deepEqual(codes(result), ["RECORD_INVALID"]);
  });

  it("pixi.lock", () => {
    const result = read("sources", [
      "pixi.lock",
      "version: 6\npackages:\n- conda: https://x/conda-forge/noarch/a-1-0.conda\n  md5: " +
        `${"0".repeat(32)}\n  depends:\n  - b >=1\n  license: MIT\n- conda: https://x/conda-forge/noarch/b-1-0.conda\n- pypi: https://y/c.whl\n  name: c\n`,
    ]);
    assert.deepEqual(purls(result), [
      "pkg:conda/a@1?build=0&channel=conda-forge&subdir=noarch&type=conda",
      "pkg:conda/b@1?build=0&channel=conda-forge&subdir=noarch&type=conda",
    ]);
    assert.deepEqual(result.packages[0]?.licenses, ["MIT"]);
    assert.equal(result.packages[0]?.dependsOn?.length, 1);
    assert.deepEqual(codes(result), ["DEPENDENCY_UNPINNED"]);
  });

  it("environment.yml: exact versions only", () => {
    const entries = ["a=1.0=py39_0", "B==2.0", "conda-forge::c=3.0=0", "d=4.0", "e>=5", "f", "g==1.*"];
    const result = read("sources", [
      "environment.yml",
      `dependencies:\n${entries.map((entry) => `  - ${entry}\n`).join("")}  - pip:\n    - x\n`,
    ]);
    assert.deepEqual(purls(result), [
      "pkg:conda/a@1.0?build=py39_0",
      "pkg:conda/b@2.0",
      "pkg:conda/c@3.0?build=0&channel=conda-forge",
    ]);
    assert.equal(codes(result).length, 5);
  });

  for (const [path, text] of [
    ["conda-lock.yml", "a: 1"],
    ["pixi.lock", "[]"],
    ["conda-a.lock", "nothing"],
    ["environment.yml", "a: ["],
  ] as const) {
    it(`${path} that is none`, () =>
      assert.deepEqual(codes(read("sources", [path, text])), ["PARSE_FAILED"]));
  }
});
