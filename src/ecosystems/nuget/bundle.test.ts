import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { bundle, type BundleChoices } from "./fixtures/bundle.ts";
import { depsJson } from "./fixtures/sample.ts";
import { nuget } from "./index.ts";

function program(choices: BundleChoices = {}): Buffer {
  return bundle({ list: depsJson, ...choices });
}

function catalog(bytes: Buffer, path = "app/program") {
  return catalogSample(nuget, { mode: "installed", distro: null, files: { [path]: bytes } });
}

describe("programs of .NET in a single file", () => {
  const beside = catalogSample(nuget, {
    mode: "installed",
    distro: null,
    files: { "app/program.deps.json": depsJson },
  }).packages;

  for (const major of [1, 2, 6]) {
    it(`list what stands beside other programs, version ${major}`, () => {
      const { packages, problems } = catalog(program({ major }));
      assert.deepEqual(problems, []);
      assert.ok(packages.length > 5);
      const bare = (all: typeof packages) => all.map((pkg) => ({ ...pkg, evidence: [] }));
      assert.deepEqual(bare(packages), bare(beside));
      assert.ok(packages.every(({ evidence }) => evidence[0]?.path === "app/program"));
    });
  }

  const rows: readonly (readonly [string, BundleChoices, string | null])[] = [
    ["a host without a bundle", { isBundle: false }, null],
    ["a bundle without a list", { listBytes: 0 }, "BUILD_INFO_MISSING"],
    ["a header past the end", { shift: 1_000_000 }, "PARSE_FAILED"],
    ["a header in the middle of something else", { shift: -700 }, "PARSE_FAILED"],
    ["a header of a version that nobody knows", { major: 99 }, "PARSE_FAILED"],
    ["a list that goes on past the end", { listBytes: 1_000_000 }, "PARSE_FAILED"],
    ["a list larger than anybody has", { listBytes: 2 ** 50 }, "PARSE_FAILED"],
    ["a list that is none", { list: "{}" }, "PARSE_FAILED"],
  ];
  for (const [name, choices, code] of rows) {
    it(name, () => {
      const { packages, problems } = catalog(program(choices));
      assert.deepEqual(packages, []);
      assert.deepEqual(
        problems.map((problem) => problem.code),
        code === null ? [] : [code],
      );
    });
  }

  it("cut off anywhere", () => {
    const bytes = program({ major: 1 });
    for (let length = 0; length < bytes.length; length += 61) catalog(bytes.subarray(0, length));
    for (let length = bytes.length - 60; length < bytes.length; length += 1)
      assert.deepEqual(
        catalog(bytes.subarray(0, length)).problems.map(({ code }) => code),
        ["PARSE_FAILED"],
        String(length),
      );
  });
});
