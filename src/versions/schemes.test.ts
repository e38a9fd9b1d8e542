import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { PlimsollError } from "../domain/error.ts";
import { VersionError } from "./error.ts";
import { normalisePypiName } from "./names.ts";
import { findVersionScheme, getVersionScheme, versionSchemes } from "./schemes.ts";

describe("the version schemes", () => {
  it("are found by id, and frozen", () => {
    const folders = readdirSync(new URL(".", import.meta.url), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== "shared")
      .map((entry) => entry.name);
    assert.deepEqual(
      versionSchemes.map((scheme) => scheme.id),
      folders.sort(),
    );
    for (const scheme of versionSchemes) {
      assert.equal(getVersionScheme(scheme.id), scheme);
      assert.ok(Object.isFrozen(scheme));
    }
  });

  it("an unknown id is null to find and an error to get", () => {
    assert.equal(findVersionScheme("toString"), null);
    assert.throws(() => getVersionScheme("roman"), { code: "VERSION_SCHEME_UNKNOWN" });
  });

  it("refuse versions past the ceiling of length, and say so safely", () => {
    for (const scheme of versionSchemes) {
      const long = `1.0.${"1".repeat(5000)}`;
      assert.equal(scheme.isValid(long), false, scheme.id);
      assert.throws(
        () => scheme.compare("1.0.0", `1.0.0\u001b[31m${long}`),
        (error) =>
          error instanceof VersionError &&
          error instanceof PlimsollError &&
          error.code === "VERSION_INVALID" &&
          !error.message.includes("\u001b") &&
          error.message.length < 300,
      );
    }
  });

  it("refuse the empty version", () => {
    for (const scheme of versionSchemes) assert.equal(scheme.isValid(""), false, scheme.id);
  });

  it("read long hostile versions in linear time", () => {
    const hostile = [
      "1".repeat(1000),
      "1.".repeat(500),
      "1-".repeat(500),
      `1.0${"a".repeat(1000)}`,
      `1+${"a-".repeat(500)}`,
    ];
    // A pattern that goes back and forth would never end here.
    for (const scheme of versionSchemes)
      for (const version of hostile) assert.equal(typeof scheme.isValid(version), "boolean");
  });
});

describe("names of Python projects", () => {
  const rows: readonly (readonly [string, string])[] = [
    ["Django", "django"],
    ["zope.interface", "zope-interface"],
    ["Zope_Interface", "zope-interface"],
    ["a-_.b", "a-b"],
    ["already-normal", "already-normal"],
  ];
  for (const [written, normal] of rows) {
    it(`${written} is ${normal}`, () => assert.equal(normalisePypiName(written), normal));
  }
});
