import assert from "node:assert/strict";
import { test } from "node:test";
import type { Package } from "../../domain/package.ts";
import { inventoryWith, packageWith } from "../fixtures/facts.ts";
import { run, words } from "../fixtures/run.ts";
import { disallowedPackages } from "./index.ts";

const deb: Partial<Package> = {
  ecosystem: "deb",
  namespace: "debian",
  name: "openssl",
  version: "3.0.11-1~deb12u2",
  purl: "pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=amd64",
};
const scoped: Partial<Package> = {
  namespace: "@types",
  name: "node",
  version: "20.1.0",
  purl: "pkg:npm/%40types/node@20.1.0",
};
const maven: Partial<Package> = {
  ecosystem: "maven",
  namespace: "org.apache.logging.log4j",
  name: "log4j-core",
  version: "2.14.1",
  purl: "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
};

type Row = [name: string, pkg: Partial<Package>, packages: string[], status: string];
const rows: Row[] = [
  ["by name", {}, ["express"], "not_met"],
  ["another name", {}, ["expresso", "expres"], "met"],
  ["a star", {}, ["exp*"], "not_met"],
  ["the very version", {}, ["express@4.17.1"], "not_met"],
  ["another version", {}, ["express@4.17.2"], "met"],
  ["below", {}, ["express@<4.17.2"], "not_met"],
  ["not below itself", {}, ["express@<4.17.1"], "met"],
  ["inside of a range", {}, ["express@>=4.0.0 <4.19.2"], "not_met"],
  ["outside of a range", {}, ["express@>=5.0.0,<6.0.0"], "met"],
  ["10 is above 9", { version: "4.10.0" }, ["express@<4.9.0"], "met"],
  ["a purl", {}, ["pkg:npm/express"], "not_met"],
  ["a purl of another type", {}, ["pkg:pypi/express"], "met"],
  ["a purl with a star", deb, ["pkg:deb/*/openssl"], "not_met"],
  ["Debian's order: a tilde comes first", deb, ["openssl@<3.0.11-1"], "not_met"],
  ["a scope by name", scoped, ["@types/node"], "not_met"],
  ["a scope and a version", scoped, ["@types/node@<21.0.0"], "not_met"],
  ["a scope by purl, escaped or not", scoped, ["pkg:npm/%40types/node"], "not_met"],
  ["a scope by purl", scoped, ["pkg:npm/@types/*@20.1.0"], "not_met"],
  ["Maven's name", maven, ["org.apache.logging.log4j:log4j-core@<2.17.1"], "not_met"],
  ["a version that cannot be compared", { version: "next" }, ["express@<5.0.0"], "no_data"],
];
for (const [name, pkg, packages, status] of rows) {
  test(`disallowed-packages: ${name}`, () => {
    assert.equal(run(disallowedPackages, { packages: [packageWith(pkg)] }, { packages }).status, status);
  });
}

for (const text of ["", "@", "express@", "express@<", "a b", "pkg:npm/a?arch=x"]) {
  test(`disallowed-packages: refuses ${JSON.stringify(text)}`, () => {
    assert.equal(disallowedPackages.options.safeParse({ packages: [text] }).success, false);
  });
}

test("disallowed-packages: the three forms of an ignored package", () => {
  const ignored = ["pkg:npm/express", "pkg:npm/express@4.17.1", "pkg:npm/express@1.0.0"].map(
    (purl) => run(disallowedPackages, {}, { packages: ["express"], ignored_packages: [purl] }).status,
  );
  assert.deepEqual(ignored, ["met", "met", "not_met"]);
});

test("disallowed-packages: an incomplete inventory proves nothing", () => {
  const inventory = inventoryWith({ completeness: "incomplete" });
  assert.equal(run(disallowedPackages, { inventory }).status, "no_data");
  assert.equal(run(disallowedPackages, { inventory }, { packages: ["express"] }).status, "not_met");
});

test("disallowed-packages: a deviation names package, rule and layer", () => {
  const outcome = run(disallowedPackages, {}, { packages: ["express@<5.0.0"] });
  assert.equal(words(outcome), "express 4.17.1 is not allowed (express@<5.0.0)");
  assert.ok(outcome.status === "not_met");
  assert.deepEqual(
    [outcome.deviations[0]?.purl, outcome.deviations[0]?.layer],
    ["pkg:npm/express@4.17.1", "sha256:layer"],
  );
});

test("disallowed-packages: many stars over a long name take no time", () => {
  const name = "a".repeat(5000);
  const packages = [`${"*a".repeat(200)}*b`];
  assert.equal(run(disallowedPackages, { packages: [packageWith({ name })] }, { packages }).status, "met");
});
