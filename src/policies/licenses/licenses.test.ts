import assert from "node:assert/strict";
import { test } from "node:test";
import deprecatedIds from "spdx-license-ids/deprecated.json" with { type: "json" };
import ids from "spdx-license-ids/index.json" with { type: "json" };
import { builtInPolicies } from "../definitions.ts";
import type { BaseImageFacts } from "../../domain/policy.ts";
import { baseWith, factsWith, packageWith } from "../fixtures/facts.ts";
import { copyleftLicences } from "./copyleft.ts";
import { licenses } from "./index.ts";

const builtIn = builtInPolicies.find(({ type }) => type === "licenses")?.config ?? {};

const rows: [list: readonly string[], expression: string, violates: boolean][] = [
  [["GPL-2.0"], "GPL-2.0-only", true],
  [["GPL-2.0"], "GPL-2.0-or-later", true],
  [["GPL-2.0"], "GPL-2.0", true],
  [["GPL-2.0"], "GPL-2.0+", true],
  [["GPL-2.0"], "gpl-2.0-ONLY", true],
  [["GPL-2.0"], "GPL-3.0-only", false],
  [["GPL-2.0"], "LGPL-2.0-only", false],
  [["GPL-2.0-only"], "GPL-2.0", true],
  [["GPL-2.0-only"], "GPL-2.0-or-later", false],
  [["GPL-2.0-only"], "GPL-2.0+", false],
  [["GPL-2.0-or-later"], "GPL-2.0+", true],
  [["GPL-2.0-or-later"], "GPL-2.0", false],
  [["GPL-2.0+"], "GPL-2.0-or-later", true],
  [["MPL-1.1"], "MPL-1.1+", true],
  // OR frees, AND does not, parentheses and precedence hold.
  [["GPL-2.0"], "MIT OR GPL-2.0-only", false],
  [["GPL-2.0"], "MIT AND GPL-2.0-only", true],
  [["GPL-2.0"], "MIT AND (GPL-2.0-only OR Zlib)", false],
  [["GPL-2.0"], "(MIT AND GPL-2.0-only) OR Zlib", false],
  [["GPL-2.0"], "(MIT OR Zlib) AND GPL-2.0-only", true],
  [["GPL-2.0"], "MIT OR Zlib AND GPL-2.0-only", false],
  [["GPL-2.0"], "GPL-2.0-only AND MIT OR Zlib", false],
  [["GPL-2.0"], "GPL-2.0-only OR GPL-2.0-or-later", true],
  [["GPL-2.0", "GPL-3.0"], "GPL-2.0-only OR GPL-3.0-only", true],
  [["GPL-2.0"], "mit or gpl-2.0-only", false],
  [["GPL-2.0"], "((((GPL-2.0-only))))", true],
  // Exceptions permit more but do not change the licence, unless the list names the combination.
  [["GPL-2.0"], "GPL-2.0-only WITH Classpath-exception-2.0", true],
  [["GPL-2.0"], "GPL-2.0-only WITH Classpath-exception-2.0 OR MIT", false],
  [["GPL-2.0-only WITH Classpath-exception-2.0"], "GPL-2.0-with-classpath-exception", true],
  [["GPL-2.0 WITH Classpath-exception-2.0"], "GPL-2.0-only", false],
  [["GPL-2.0 WITH Classpath-exception-2.0"], "GPL-2.0-only WITH GCC-exception-2.0", false],
  [["GPL-2.0-with-classpath-exception"], "GPL-2.0-or-later WITH Classpath-exception-2.0", true],
  [["LicenseRef-Acme"], "LicenseRef-acme", true],
  [["LicenseRef-Acme"], "LicenseRef-other AND DocumentRef-x:LicenseRef-acme", false],
  // Not expressions: any unwanted word violates, other words do not.
  [["GPL-2.0"], "GPL-2.0-only MIT", true],
  [["GPL-2.0"], "MIT OR", false],
  [["GPL-2.0"], "GPL-2.0-only OR", true],
  [["GPL-2.0"], "(GPL-2.0-only OR MIT", true],
  [["GPL-2.0"], "MIT) OR GPL-2.0", true],
  [["GPL-2.0"], "MIT WITH", false],
  [["GPL-2.0"], "see COPYING", false],
  [["GPL-2.0"], "", false],
  [copyleftLicences, "AGPL-3.0-or-later", true],
  [copyleftLicences, "LGPL-2.1+", true],
  [copyleftLicences, "MPL-2.0", true],
  [copyleftLicences, "Apache-2.0", false],
  [copyleftLicences, "BSD-3-Clause AND ISC AND Python-2.0", false],
];

for (const [list, expression, violates] of rows) {
  const name = list === copyleftLicences ? "the built-in list" : list.join(" ");
  test(`licenses: ${expression || "(empty)"} ${violates ? "violates" : "passes"} ${name}`, () => {
    const facts = factsWith({ packages: [packageWith({ licenses: [expression] })] });
    const outcome = licenses.evaluate(facts, licenses.options.parse({ licenses: list }), () => {});
    assert.equal(outcome.status, violates ? "not_met" : "met");
  });
}

const scoped = "pkg:npm/%40types/node@20.1.0";
const ignoredRows: [entry: string, purl: string, ignored: boolean][] = [
  ["pkg:npm/express", "pkg:npm/express@4.17.1", true],
  ["pkg:npm/express@4.17.1", "pkg:npm/express@4.17.1", true],
  ["pkg:npm/express@4.17.1", "pkg:npm/express@4.17.2", false],
  ["pkg:npm/expres", "pkg:npm/express@4.17.1", false],
  ["pkg:npm/@types/node", scoped, true],
  ["pkg:npm/@types/node@20.1.0", scoped, true],
  ["pkg:npm/%40types/node@20.1.1", scoped, false],
  ["pkg:deb/debian/bash@5.2?arch=amd64", "pkg:deb/debian/bash@5.2?arch=amd64", true],
  [
    "pkg:deb/debian/bash@5.2?distro=debian-12&arch=amd64",
    "pkg:deb/debian/bash@5.2?arch=amd64&distro=debian-12",
    true,
  ],
  ["pkg:deb/debian/bash@5.2?arch=amd64", "pkg:deb/debian/bash@5.2?arch=amd64&distro=debian-12", false],
  ["pkg:deb/debian/bash@5.2", "pkg:deb/debian/bash@5.2?arch=amd64", true],
  ["pkg:deb/debian/bash", "pkg:deb/debian/bash@5.2?arch=amd64", true],
  ["pkg:deb/debian/bash", "pkg:deb/ubuntu/bash@5.2?arch=amd64", false],
  ["pkg:deb/debian/bash@5.2", "pkg:deb/debian/bash", false],
];

for (const [entry, purl, ignored] of ignoredRows) {
  test(`licenses: ${entry} ${ignored ? "takes" : "leaves"} ${purl}`, () => {
    const facts = factsWith({ packages: [packageWith({ purl, licenses: ["GPL-3.0-only"] })] });
    const options = licenses.options.parse({ licenses: ["GPL-3.0"], ignored_packages: [entry] });
    assert.equal(licenses.evaluate(facts, options, () => {}).status, ignored ? "met" : "not_met");
  });
}

test("licenses: several expressions of one package must all be satisfied", () => {
  const facts = factsWith({ packages: [packageWith({ licenses: ["GPL-3.0-only", "MIT"] })] });
  assert.equal(
    licenses.evaluate(facts, licenses.options.parse({ licenses: ["GPL-3.0"] }), () => {}).status,
    "not_met",
  );
});

test("licenses: packages without a licence are counted; when all are silent there is no answer", () => {
  const options = licenses.options.parse({ licenses: ["GPL-3.0"] });
  const silent = packageWith({ licenses: [] });
  const some = licenses.evaluate(factsWith({ packages: [silent, packageWith()] }), options, () => {});
  assert.ok(some.status === "met" && some.note?.startsWith("1 packages"));
  const all = licenses.evaluate(factsWith({ packages: [silent] }), options, () => {});
  assert.equal(all.status, "no_data");
});

test("licenses: the built-in list and the table of ids name real SPDX ids", () => {
  const known = new Set([...ids, ...deprecatedIds]);
  assert.deepEqual(
    copyleftLicences.filter((id) => !known.has(id)),
    [],
  );
  assert.ok(licenses.options.safeParse(builtIn).success);
});

test("licenses: long and deep expressions are read in linear time", () => {
  // A reader that is worse than linear, or recurses, would not come to an end here.
  const hostile = [
    "(".repeat(100_000) + "MIT" + ")".repeat(100_000),
    "MIT OR ".repeat(100_000) + "GPL-3.0-only",
    "(".repeat(9_000) + "GPL-3.0-only" + ")".repeat(9_000),
  ];
  const options = licenses.options.parse({ licenses: ["GPL-3.0"] });
  for (const expression of hostile) {
    const facts = factsWith({ packages: [packageWith({ licenses: [expression] })] });
    assert.ok(["met", "not_met", "no_data"].includes(licenses.evaluate(facts, options, () => {}).status));
  }
});

for (const config of [
  { licenses: [] },
  { licenses: ["MIT"], ignored_packages: ["express"] },
  { licences: ["MIT"] },
]) {
  test(`licenses: refuses ${JSON.stringify(config)}`, () => {
    assert.equal(licenses.options.safeParse(config).success, false);
  });
}

const own = packageWith({ name: "own", licenses: ["AGPL-3.0-only"], purl: "pkg:npm/own@1" });
const evidence = [{ path: "usr/share/doc/base", layer: "sha256:base", layerIndex: 0 }];
const fromBase = packageWith({
  name: "base",
  licenses: ["AGPL-3.0-only"],
  purl: "pkg:deb/debian/base@1",
  evidence,
});
const scopes: [name: string, scope: string, base: Partial<BaseImageFacts>, purls: string[] | string][] = [
  ["all", "all", {}, ["pkg:deb/debian/base@1", "pkg:npm/own@1"]],
  ["own layers", "own", { layerCount: 1 }, ["pkg:npm/own@1"]],
  ["the base", "base", { layerCount: 1 }, ["pkg:deb/debian/base@1"]],
  [
    "from scratch everything is its own",
    "own",
    { scratch: true },
    ["pkg:deb/debian/base@1", "pkg:npm/own@1"],
  ],
  ["unknown layers divide nothing", "own", {}, "no_data"],
  ["nothing of its own", "own", { layerCount: 2 }, "met"],
];
for (const [name, scope, base, expected] of scopes) {
  test(`licences: ${name}`, () => {
    const facts = factsWith({ packages: [own, fromBase], baseImage: baseWith(base) });
    const config = licenses.options.parse({ licenses: ["AGPL-3.0"], scope });
    const outcome = licenses.evaluate(facts, config, () => {});
    assert.deepEqual(
      outcome.status === "not_met" ? outcome.deviations.map(({ purl }) => purl) : outcome.status,
      expected,
    );
  });
}
