import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseCpe } from "./cpe.ts";

describe("cpe names", () => {
  const rows: readonly (readonly [string, readonly [string, string, string | null, string | null] | null])[] =
    [
      ["cpe:2.3:a:nodejs:node.js:18.2.0:*:*:*:lts:*:*:*", ["a", "nodejs:node.js", "18.2.0", null]],
      ["cpe:2.3:a:openbsd:openssh:9.3:p1:*:*:*:*:*:*", ["a", "openbsd:openssh", "9.3p1", null]],
      ["cpe:2.3:a:oracle:openjdk:1.8.0:update202:*:*:*:*:*:*", ["a", "oracle:openjdk", "1.8.0_202", null]],
      ["cpe:2.3:a:oracle:jdk:1.8.0:update_202:*:*:*:*:*:*", ["a", "oracle:jdk", "1.8.0_202", null]],
      ["cpe:2.3:a:python:python:3.11.0:rc1:*:*:*:*:*:*", ["a", "python:python", "3.11.0-rc1", null]],
      ["cpe:2.3:a:gnu:libstdc\\+\\+:1\\:2:-:*:*:*:*:*:*", ["a", "gnu:libstdc++", "1:2", null]],
      ["cpe:2.3:a:Acme:Shop:*:*:*:*:*:WordPress:*:*", ["a", "acme:shop", null, "wordpress"]],
      ["cpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*", ["o", "linux:linux_kernel", null, null]],
      ["cpe:2.3:a:acme:shop:1", ["a", "acme:shop", "1", null]],
      ["cpe:2.3:a:acme:shop", null],
      ["cpe:2.3:a:*:shop:1:*:*:*:*:*:*:*", null],
      ["cpe:2.3:x:acme:shop:1:*:*:*:*:*:*:*", null],
      ["cpe:/a:acme:shop:1", null],
      [`cpe:2.3:a:acme:${"x".repeat(1_000)}:1:*:*:*:*:*:*:*`, null],
    ];
  for (const [text, expected] of rows) {
    it(text.slice(0, 80), () => {
      const cpe = parseCpe(text);
      assert.deepEqual(cpe && [cpe.part, cpe.product, cpe.version, cpe.targetSoftware], expected);
    });
  }

  it("tells any version from none", () => {
    assert.equal(parseCpe("cpe:2.3:a:acme:shop:*:*:*:*:*:*:*:*")?.isAnyVersion, true);
    assert.equal(parseCpe("cpe:2.3:a:acme:shop:-:*:*:*:*:*:*:*")?.isAnyVersion, false);
  });
});
