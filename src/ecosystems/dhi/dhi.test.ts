import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import { packageFromPurl } from "../../sbom/package-from-purl.ts";
import { lookUpKeys, schemeOf } from "../look-up.ts";
import { documentOf, samples } from "./fixtures/sample.ts";
import { dhi } from "./index.ts";

describe("dhi", () => {
  it("wants the documents of hardened images", () => {
    assert.ok(dhi.wants("opt/docker/sbom/python/.spdx.python.json", "installed"));
    assert.ok(!dhi.wants("opt/docker/sbom/python/.spdx.python.json", "sources"));
    assert.ok(!dhi.wants("opt/docker/python/package.json", "installed"));
  });

  it("lists what Docker built, and not the image itself", () => {
    const { packages, problems } = catalogSample(dhi, samples[0]!);
    assert.deepEqual(
      packages.map(({ purl, licenses, architecture }) => [purl, licenses, architecture]),
      [
        [
          "pkg:dhi/python@3.14.2?os_name=debian&os_version=13&platform=linux%2Farm64",
          ["Python-2.0"],
          "arm64",
        ],
      ],
    );
    assert.deepEqual(problems, []);
  });

  it("a bad record or document is named", () => {
    const rows = [
      [documentOf("a", "1 0", "pkg:dhi/a"), ["RECORD_INVALID"]],
      ["{", ["PARSE_FAILED"]],
    ] as const;
    for (const [text, codes] of rows) {
      const files = [wantedFile("opt/docker/sbom/a/.spdx.a.json", text)];
      const { packages, problems } = dhi.catalog(files, { mode: "installed", distro: null, inspected: [] });
      assert.deepEqual([packages, problems.map(({ code }) => code)], [[], codes]);
    }
  });

  it("is looked up by name", () => {
    const found = packageFromPurl("pkg:dhi/python@3.14.2");
    assert.ok(found !== null);
    assert.deepEqual(lookUpKeys(found.package, found.distro), [
      { space: "dhi", name: "python", version: "3.14.2", by: "package" },
    ]);
    assert.equal(schemeOf(found.package), "semver");
    assert.deepEqual(lookUpKeys({ ...found.package, version: "" }, null), []);
  });
});
