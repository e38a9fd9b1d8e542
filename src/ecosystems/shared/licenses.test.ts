import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import parseSpdx from "spdx-expression-parse";
import type { LicenseDialect } from "./license-names.ts";
import { spdxExpression, spdxLicenses } from "./licenses.ts";

const rows: readonly (readonly [string, string | null, LicenseDialect?])[] = [
  // valid expressions, in canonical form
  ["MIT", "MIT"],
  ["mit", "MIT"],
  ["(MIT OR Apache-2.0)", "MIT OR Apache-2.0"],
  ["(GPL-2.0+ OR MIT) AND Zlib", "(GPL-2.0-or-later OR MIT) AND Zlib"],
  ["MIT AND MIT", "MIT"],
  ["GPL-2.0", "GPL-2.0-only"],
  ["LGPL-2.1+", "LGPL-2.1-or-later"],
  ["Apache-2.0+", "Apache-2.0+"],
  ["GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"],
  ["LicenseRef-ours", "LicenseRef-ours"],
  // names that people use
  ["Apache License, Version 2.0", "Apache-2.0"],
  ["Apache 2", "Apache-2.0"],
  ["BSD (3-clause)", "BSD-3-Clause"],
  ["MIT/X11", "MIT"],
  ["MIT/Apache-2.0", "MIT OR Apache-2.0"],
  ["ISC License (ISCL)", "ISC"],
  ["GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"],
  ["GNU Library or Lesser General Public License (LGPL)", "LGPL-2.0-or-later"],
  ["GPL version 2 or any later version", "GPL-2.0-or-later"],
  ["AGPLv3", "AGPL-3.0-only"],
  ["Python Software Foundation License", "PSF-2.0"],
  ["The Unlicense (Unlicense)", "Unlicense"],
  // names that mean no single licence, and sentences, are not guessed
  ["BSD", "LicenseRef-BSD"],
  ["UNLICENSED", "LicenseRef-UNLICENSED"],
  ["SEE LICENSE IN LICENSE", "LicenseRef-SEE-LICENSE-IN-LICENSE"],
  ["Free for use and distribution by all of us", "LicenseRef-Free-for-use-and-distribution-by-all-of-us"],
  ["許可", "LicenseRef-unnamed"],
  // nothing said
  ["", null],
  ["  ", null],
  ["UNKNOWN", null],
  ["NOASSERTION", null],
  // Debian's short names
  ["Expat", "MIT", "debian"],
  ["GPL-1+ or Artistic", "GPL-1.0-or-later OR Artistic-1.0-Perl", "debian"],
  ["GPL-1+ or Artistic, and Expat", "(GPL-1.0-or-later OR Artistic-1.0-Perl) AND MIT", "debian"],
  ["GPL-3+ with Bison exception", "GPL-3.0-or-later WITH Bison-exception-2.2", "debian"],
  ["GPL-3+-WITH-BISON-EXCEPTION", "GPL-3.0-or-later WITH Bison-exception-2.2", "debian"],
  ["GPL-2+ with OpenSSL exception", "GPL-2.0-or-later", "debian"],
  ["LGPLv3+_or_GPLv2+", "LGPL-3.0-or-later OR GPL-2.0-or-later", "debian"],
  ["GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later", "debian"],
  ["ISC and/or LGPL-2.1+", "ISC OR LGPL-2.1-or-later", "debian"],
  ["public-domain", "LicenseRef-public-domain", "debian"],
  // lists of old Alpine
  ["MIT BSD GPL2+", "MIT AND LicenseRef-BSD AND GPL-2.0-or-later", "alpine"],
  ["MPL-2.0 GPL-2.0-or-later", "MPL-2.0 AND GPL-2.0-or-later", "alpine"],
  ["GPL2", "GPL-2.0-only", "alpine"],
  ["openssl", "OpenSSL", "alpine"],
  ["custom", "LicenseRef-custom", "alpine"],
];

describe("licences as SPDX", () => {
  for (const [text, expected, dialect = "plain"] of rows) {
    it(`${JSON.stringify(text)} (${dialect}) is ${expected}`, () => {
      assert.equal(spdxExpression(text, dialect), expected);
    });
  }

  it("takes the first line of a licence's text", () => {
    assert.equal(spdxExpression(`MIT License\n\n${"Permission is hereby granted. ".repeat(50)}`), "MIT");
  });

  it("gives sorted, unique expressions", () => {
    assert.deepEqual(spdxLicenses(["MIT", "Expat", "UNKNOWN", "Apache 2"]), ["Apache-2.0", "MIT"]);
  });

  it("gives a valid expression, which is its own translation, for any text", () => {
    const words = fc.constantFrom(
      "MIT",
      "GPL-2+",
      "or",
      "and",
      "with",
      "(",
      ")",
      ",",
      "exception",
      "BSD",
      "/",
      "ünï",
      "+",
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 12 }).map((list) => list.join(" ")),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom("plain", "debian", "alpine"), (text, dialect) => {
        const expression = spdxExpression(text, dialect);
        if (expression === null) return;
        parseSpdx(expression);
        assert.equal(spdxExpression(expression, dialect), expression);
      }),
      { numRuns: 500 },
    );
  });

  it("reads long and deep texts in linear time", () => {
    for (const text of [
      "(".repeat(100_000),
      "MIT OR ".repeat(50_000),
      " or later".repeat(50_000),
      "-".repeat(100_000),
    ]) {
      spdxExpression(text);
    }
  });
});
