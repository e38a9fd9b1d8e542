import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import { packageFromPurl } from "../../sbom/package-from-purl.ts";
import { lookUpKeys, schemeOf } from "../look-up.ts";
import type { CatalogResult } from "../types.ts";
import { documentOf, samples, spdxRecord } from "./fixtures/sample.ts";
import { bitnami } from "./index.ts";

function read(text: string, path = "opt/bitnami/redis/.spdx-redis.spdx"): CatalogResult {
  return bitnami.catalog([wantedFile(path, text)], { mode: "installed", distro: null, inspected: [] });
}

describe("bitnami", () => {
  it("wants the documents of components of images", () => {
    assert.ok(bitnami.wants("opt/bitnami/redis/.spdx-redis.spdx", "installed"));
    assert.ok(bitnami.wants("opt/bitnami/common/bin/.spdx-gosu.spdx", "installed"));
    assert.ok(bitnami.wants("opt/bitnami/.bitnami_components.json", "installed"));
    for (const path of [
      "opt/bitnami/redis/a.spdx",
      "opt/x/.spdx-redis.spdx",
      "opt/bitnami/.spdx-a.json",
      "opt/bitnami/redis/.bitnami_components.json",
    ]) {
      assert.ok(!bitnami.wants(path, "installed"), path);
    }
    assert.ok(!bitnami.wants("opt/bitnami/redis/.spdx-redis.spdx", "sources"));
  });

  it("lists the component and what Bitnami built into it, and nothing of other ecosystems", () => {
    const { packages, claims, problems } = catalogSample(bitnami, samples[0]!);
    assert.deepEqual(
      packages.map(({ purl, licenses, architecture }) => [purl, licenses, architecture]),
      [
        ["pkg:bitnami/postgresql@17.2.0-8?arch=arm64&distro=debian-12", ["PostgreSQL"], "arm64"],
        ["pkg:bitnami/geos@3.13.0?arch=arm64&distro=debian-12", ["LGPL-2.1-only"], "arm64"],
        // Of the list of components; postgresql, which stands there too, is known from its document.
        ["pkg:bitnami/php@8.1.13-2?arch=amd64&distro=debian-11", [], "amd64"],
        ["pkg:bitnami/wp-cli@2.7.1-0?arch=amd64&distro=debian-11", [], "amd64"],
      ],
    );
    assert.deepEqual(
      [...(claims ?? [])].map(({ purl, path, kind }) => [purl, path, kind]),
      [[packages[0]?.purl, "opt/bitnami/postgresql", "folder"]],
    );
    assert.deepEqual(problems, []);
  });

  it("goes by the version of the package URL, which has the revision", () => {
    const rows = [
      ["pkg:bitnami/redis@7.4.1-0", "7.4.1-0"],
      ["pkg:bitnami/redis", "7.4.1"],
      ["pkg:bitnami/redis@7.4.1%2D2?arch=amd64", "7.4.1-2"],
    ] as const;
    for (const [purl, version] of rows) {
      const { packages } = read(documentOf(spdxRecord("redis", "7.4.1", "NOASSERTION", purl)));
      assert.deepEqual(
        packages.map((pkg) => [pkg.name, pkg.version, pkg.licenses]),
        [["redis", version, []]],
      );
    }
  });

  it("gives the folder to the component that the file is named after, where the document describes none", () => {
    const document = JSON.stringify({
      packages: [
        spdxRecord("lua", "5.1.0", "MIT", "pkg:bitnami/lua@5.1.0"),
        spdxRecord("redis", "7.4.1-0", "MIT", "pkg:bitnami/redis@7.4.1-0"),
      ],
    });
    assert.deepEqual(
      [...(read(document).claims ?? [])].map(({ purl }) => purl),
      ["pkg:bitnami/redis@7.4.1-0"],
    );
    assert.equal(read(document, "opt/bitnami/x/.spdx-x.spdx").claims, undefined);
  });

  it("a bad record loses only itself, and a document that cannot be read is named", () => {
    const rows: readonly (readonly [string, readonly string[], readonly string[]])[] = [
      [
        documentOf(
          spdxRecord("a", "1.0.0", "MIT", "pkg:bitnami/%ff@1.0.0"),
          spdxRecord("b", "1 0", "MIT", "pkg:bitnami/b"),
          spdxRecord("c", "1.0.0", "MIT", "pkg:npm/x@1", "pkg:bitnami/c@1.0.0"),
        ),
        ["c"],
        ["RECORD_INVALID", "RECORD_INVALID"],
      ],
      ["SPDXVersion: SPDX-2.3\nPackageName: redis\n", [], ["PARSE_FAILED"]],
      ['{"packages": [null, 1, {"externalRefs": {}}]}', [], ["PARSE_FAILED"]],
    ];
    for (const [text, names, codes] of rows) {
      const { packages, problems } = read(text);
      assert.deepEqual(
        [packages.map(({ name }) => name), problems.map(({ code }) => code)],
        [names, codes],
        text.slice(0, 40),
      );
    }
  });

  it("a bad component of the list loses only itself", () => {
    const rows: readonly (readonly [string, readonly string[], readonly string[]])[] = [
      [
        '{"a": {"version": "1.0.0-1"}, "b": {}, "c": null, "d e": {"version": "1"}}',
        ["a"],
        ["RECORD_INVALID"],
      ],
      ["[]", [], ["PARSE_FAILED"]],
      ["{", [], ["PARSE_FAILED"]],
    ];
    for (const [text, names, codes] of rows) {
      const { packages, problems } = read(text, "opt/bitnami/.bitnami_components.json");
      assert.deepEqual(
        [packages.map(({ name }) => name), [...new Set(problems.map(({ code }) => code))]],
        [names, codes],
      );
    }
  });

  it("is looked up by name, in its own order", () => {
    const found = packageFromPurl("pkg:bitnami/WordPress@6.1.0-3?distro=debian-12");
    assert.ok(found !== null);
    assert.deepEqual(lookUpKeys(found.package, found.distro), [
      { space: "bitnami", name: "wordpress", version: "6.1.0-3", by: "package" },
    ]);
    assert.equal(schemeOf(found.package), "bitnami");
    assert.deepEqual(lookUpKeys({ ...found.package, version: "" }, null), []);
  });
});
