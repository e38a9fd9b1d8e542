import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { samples } from "./fixtures/sample.ts";
import { nix } from "./index.ts";
import { readStoreName } from "./store-name.ts";

const hash = "26xbg1ndr7hbcncrlf9nhx5is2b25d13";

describe("nix", () => {
  it("lists the store by the names of its folders", () => {
    const { packages, problems, claims } = catalogSample(nix, samples[0]!);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl, fileCount, sizeBytes, evidence }) => [
        purl,
        fileCount,
        sizeBytes,
        evidence[0]?.path,
      ]),
      [
        [
          "pkg:nix/glibc@2.38-44?output=bin&outputhash=0gkgfx2zmgjv29xzpgx8nd9fmbwq6fpa",
          1,
          3,
          "nix/store/0gkgfx2zmgjv29xzpgx8nd9fmbwq6fpa-glibc-2.38-44-bin",
        ],
        [
          "pkg:nix/hello@2.12.1?outputhash=26xbg1ndr7hbcncrlf9nhx5is2b25d13",
          2,
          9,
          "nix/store/26xbg1ndr7hbcncrlf9nhx5is2b25d13-hello-2.12.1",
        ],
      ],
    );
    assert.deepEqual(
      [...(claims ?? [])].map(({ kind }) => kind),
      ["folder", "folder"],
    );
  });

  it("says nothing without a tree, and nothing of source trees", () => {
    assert.deepEqual(nix.catalog([], { mode: "installed", distro: null, inspected: [] }), {
      packages: [],
      problems: [],
    });
    assert.equal(catalogSample(nix, { ...samples[0]!, mode: "sources" }).packages.length, 0);
  });

  const rows: readonly (readonly [string, readonly [string, string, string | null] | null])[] = [
    ["python3.11-requests-2.31.0", ["python3.11-requests", "2.31.0", null]],
    ["openssl-3.0.12-dev", ["openssl", "3.0.12", "dev"]],
    ["perl5.38.2-HTTP-Date-6.06", ["perl5.38.2-HTTP-Date", "6.06", null]],
    ["nss-cacert-3.95", ["nss-cacert", "3.95", null]],
    ["curl-8.4.0-bin", ["curl", "8.4.0", "bin"]],
    ["bash-interactive-5.2-p21", ["bash-interactive", "5.2-p21", null]],
    ["source", null],
    ["stdenv-linux", null],
    ["hello-2.12.1.drv", null],
    ["hello-2.12.1.tar.gz", null],
    ["fix-1.2.patch", null],
  ];
  for (const [name, expected] of rows) {
    it(name, () => {
      const found = readStoreName(`${hash}-${name}`);
      assert.deepEqual(found === null ? null : [found.name, found.version, found.output], expected);
    });
  }
  it("names that are none of the store", () => {
    for (const entry of [
      "hello-2.12.1",
      `${"e".repeat(32)}-hello-1.0`,
      ".links",
      `${hash}-`,
      `${hash}-a b-1`,
    ]) {
      assert.equal(readStoreName(entry), null, entry);
    }
  });
});
