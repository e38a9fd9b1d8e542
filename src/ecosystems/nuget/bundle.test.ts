import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { catalogSample } from "../../../test/helpers/ecosystem-sample.ts";
import { elfFile } from "../../../test/helpers/elf-file.ts";
import { depsJson } from "./fixtures/sample.ts";
import { nuget } from "./index.ts";

const MARK = "8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae";

interface Choices {
  readonly major?: number;
  readonly list?: string;
  /** Added to where the header says that it stands. */
  readonly shift?: number;
  readonly listBytes?: number;
  readonly isBundle?: boolean;
}

/** A host with a bundle behind it: the list, then the header with, in the older form, a file before the list. */
function program(choices: Choices = {}): Buffer {
  const { major = 6, list = depsJson, shift = 0, isBundle = true } = choices;
  const host = elfFile(
    { ".data": Buffer.concat([Buffer.alloc(8), Buffer.from(MARK, "hex")]) },
    { sizeBytes: 70_000 },
  );
  const content = Buffer.from(list);
  const eight = (value: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    return bytes;
  };
  const text = (value: string): Buffer => Buffer.concat([Buffer.of(value.length), Buffer.from(value)]);
  const size = choices.listBytes ?? content.length;
  const fixed = Buffer.alloc(12);
  fixed.writeUInt32LE(major, 0);
  fixed.writeUInt32LE(2, 8);
  const entry = (type: number, name: string): Buffer =>
    Buffer.concat([eight(host.length), eight(size), Buffer.of(type), text(name)]);
  const header =
    major === 1
      ? [fixed, text("bundle-id"), entry(1, "app.dll"), entry(3, "app.deps.json")]
      : [fixed, text("bundle-id"), eight(host.length), eight(size), eight(0), eight(0), eight(0)];
  if (isBundle)
    host.writeBigUInt64LE(BigInt(host.length + content.length + shift), host.indexOf(MARK, 0, "hex") - 8);
  return Buffer.concat([host, content, ...header]);
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

  const rows: readonly (readonly [string, Choices, string | null])[] = [
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
