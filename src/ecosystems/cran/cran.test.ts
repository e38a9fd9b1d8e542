import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import type { CatalogMode } from "../types.ts";
import { lock, samples } from "./fixtures/sample.ts";
import { cran } from "./index.ts";
import { cranLicenses } from "./license.ts";

describe("cran: which files", () => {
  const rows: readonly (readonly [string, CatalogMode, boolean])[] = [
    ["usr/lib/R/library/base/DESCRIPTION", "installed", true],
    ["usr/local/lib/R/site-library/digest/DESCRIPTION", "installed", true],
    ["app/renv/library/R-4.2/x86_64-pc-linux-gnu/digest/DESCRIPTION", "installed", true],
    ["usr/lib/R/library/base/R/DESCRIPTION", "installed", false],
    ["src/mypackage/DESCRIPTION", "installed", false],
    ["app/renv.lock", "installed", false],
    ["app/renv.lock", "sources", true],
  ];
  for (const [path, mode, expected] of rows) {
    it(`${path} (${mode})`, () => assert.equal(cran.wants(path, mode), expected));
  }
});

describe("cran: packages", () => {
  it("installed", () => {
    const { packages, problems, claims } = catalogSample(cran, samples[0]!);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl, licenses }) => [purl, licenses]),
      [
        ["pkg:cran/methods@4.2.2", ["LicenseRef-Part-of-R-4.2.2"]],
        ["pkg:cran/stats@4.2.2", ["LicenseRef-Part-of-R-4.2.2"]],
        ["pkg:cran/utils@4.2.2", ["LicenseRef-Part-of-R-4.2.2"]],
        ["pkg:cran/Rcpp@1.0.10", ["GPL-2.0-or-later"]],
        ["pkg:cran/digest@0.6.31", ["GPL-2.0-or-later"]],
      ],
    );
    const rcpp = packages.find(({ name }) => name === "Rcpp");
    assert.deepEqual(rcpp?.dependsOn, ["pkg:cran/methods@4.2.2", "pkg:cran/utils@4.2.2"]);
    assert.equal(rcpp?.description, "Seamless R and C++ Integration");
    assert.match(rcpp?.author ?? "", /^Dirk Eddelbuettel, .* Qiang Kou, Nathan Russell/);
    assert.ok(
      [...(claims ?? [])].some(
        ({ path, kind }) => path === "usr/lib/R/site-library/digest" && kind === "folder",
      ),
    );
  });

  it("pinned by renv", () => {
    const { packages } = cran.catalog([wantedFile("renv.lock", lock)], {
      mode: "sources",
      distro: null,
      inspected: [],
    });
    assert.deepEqual(
      packages.map(({ purl, dependsOn }) => [purl, dependsOn]),
      [
        ["pkg:cran/Rcpp@1.0.10", undefined],
        ["pkg:cran/dplyr@1.1-2", ["pkg:cran/Rcpp@1.0.10"]],
      ],
    );
  });

  it("bad ones lose only themselves", () => {
    const result = cran.catalog(
      [
        wantedFile("library/a/DESCRIPTION", "Package: a\n"),
        wantedFile("library/b/DESCRIPTION", "Package: b\nVersion: 1-2\n"),
      ],
      { mode: "installed", distro: null, inspected: [] },
    );
    assert.deepEqual(
      result.packages.map(({ purl }) => purl),
      ["pkg:cran/b@1-2"],
    );
    assert.deepEqual(
      result.problems.map(({ code }) => code),
      ["RECORD_INVALID"],
    );
    const locks = cran.catalog(
      [
        wantedFile("a/renv.lock", '{"Packages":{"x":{"Package":"x"}}}'),
        wantedFile("b/renv.lock", "{}"),
        wantedFile("c/renv.lock", "{"),
      ],
      { mode: "sources", distro: null, inspected: [] },
    );
    assert.deepEqual(
      locks.problems.map(({ code }) => code),
      ["RECORD_INVALID", "PARSE_FAILED", "PARSE_FAILED"],
    );
  });
});

describe("cran: licences", () => {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ["GPL (>= 2)", ["GPL-2.0-or-later"]],
    ["GPL(>=2)", ["GPL-2.0-or-later"]],
    ["GPL (>=2)", ["GPL-2.0-or-later"]],
    ["GPL-3", ["GPL-3.0-only"]],
    ["GPL-2 | GPL-3", ["GPL-2.0-only OR GPL-3.0-only"]],
    ["LGPL (>= 2.1)", ["LGPL-2.1-or-later"]],
    ["LGPL-2.1", ["LGPL-2.1-only"]],
    ["AGPL-3 | file LICENSE", ["AGPL-3.0-only"]],
    ["MIT + file LICENSE", ["MIT"]],
    ["BSD_3_clause + file LICENCE", ["BSD-3-Clause"]],
    ["Apache License (== 2.0)", ["Apache-2.0"]],
    ["Apache License 2.0", ["Apache-2.0"]],
    ["Apache License (>= 2.0)", ["Apache-2.0"]],
    ["CC0", ["CC0-1.0"]],
    ["file LICENSE", []],
    ["", []],
  ];
  for (const [field, licenses] of rows) {
    it(field || "none", () => assert.deepEqual(cranLicenses(field), licenses));
  }
});
