import assert from "node:assert/strict";
import { test } from "node:test";
import { formatPlatform } from "../domain/image.ts";
import { findPlatform, hostPlatform, parsePlatform } from "./platform.ts";

test("platforms are read into their normal form", () => {
  const rows = [
    ["linux/amd64", "linux/amd64"],
    ["linux/x86_64", "linux/amd64"],
    ["Linux/AMD64/v1", "linux/amd64"],
    ["linux/amd64/v3", "linux/amd64/v3"],
    ["linux/arm64", "linux/arm64"],
    ["linux/arm64/v8", "linux/arm64"],
    ["linux/aarch64/8", "linux/arm64"],
    ["linux/arm", "linux/arm/v7"],
    ["linux/arm/6", "linux/arm/v6"],
    ["linux/armhf", "linux/arm/v7"],
    ["linux/armel", "linux/arm/v6"],
    ["linux/i386", "linux/386"],
    ["linux/s390x", "linux/s390x"],
  ] as const;
  for (const [text, normal] of rows) assert.equal(formatPlatform(parsePlatform(text)), normal, text);
});

test("what is no platform is refused", () => {
  for (const text of ["", "linux", "linux/", "/amd64", "linux/a/b/c", "linux/a b", "linux//v7", "a/b/"]) {
    assert.throws(() => parsePlatform(text), { code: "REFERENCE_INVALID" }, text);
  }
});

test("the best of several is found", () => {
  const rows: readonly (readonly [readonly string[], string, number])[] = [
    [["linux/amd64", "linux/arm64"], "linux/arm64", 1],
    [["linux/arm64/v8"], "linux/arm64", 0],
    [["linux/arm64"], "linux/arm64/v8", 0],
    [["linux/arm/v5", "linux/arm/v6"], "linux/arm/v7", 1],
    [["linux/arm/v7"], "linux/arm/v6", -1],
    [["linux/arm"], "linux/arm", 0],
    [["linux/amd64", "linux/amd64/v2"], "linux/amd64/v3", 1],
    [["linux/amd64/v3"], "linux/amd64", -1],
    [["linux/amd64"], "linux/amd64/v4", 0],
    [["windows/amd64"], "linux/amd64", -1],
    [[], "linux/amd64", -1],
  ];
  for (const [candidates, wanted, expected] of rows) {
    assert.equal(
      findPlatform(candidates.map(parsePlatform), parsePlatform(wanted)),
      expected,
      `${candidates} ${wanted}`,
    );
  }
});

test("the host's platform is a Linux one", () => {
  const rows = [
    ["linux", "x64", "linux/amd64"],
    ["linux", "arm64", "linux/arm64"],
    ["linux", "arm", "linux/arm/v7"],
    ["linux", "ia32", "linux/386"],
    ["linux", "s390x", "linux/s390x"],
    ["darwin", "arm64", "linux/amd64"],
    ["win32", "x64", "linux/amd64"],
  ] as const;
  for (const [os, arch, expected] of rows) assert.equal(formatPlatform(hostPlatform(os, arch)), expected);
});
