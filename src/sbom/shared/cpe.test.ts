import assert from "node:assert/strict";
import { test } from "node:test";
import { isCpe23 } from "./cpe.ts";

const rows: readonly (readonly [text: string, isCpe: boolean])[] = [
  ["cpe:2.3:a:openssl:openssl:3.0.11:*:*:*:*:*:*:*", true],
  ["cpe:2.3:o:debian:debian_linux:12:*:*:*:*:*:*:*", true],
  ["cpe:2.3:a:gnu:c\\+\\+:1\\:2:-:*:*:*:*:x64:*", true],
  ["cpe:2.3:a:a:b:1.*:*:*:en-US:*:*:*:*", true],
  ["cpe:2.3:a:a:b:1:*:*:english:*:*:*:*", false],
  ["cpe:2.3:a:openssl:openssl:3.0.11:*:*:*:*:*:*", false],
  ["cpe:2.3:a:openssl:openssl:3.0.11:*:*:*:*:*:*:*:*", false],
  ["cpe:2.3:x:openssl:openssl:3.0.11:*:*:*:*:*:*:*", false],
  ["cpe:2.3:a:open ssl:openssl:3.0.11:*:*:*:*:*:*:*", false],
  ["cpe:2.3:a:c++:openssl:3.0.11:*:*:*:*:*:*:*", false],
  ["cpe:2.3:a::openssl:3.0.11:*:*:*:*:*:*:*", false],
  ["cpe:/a:openssl:openssl:3.0.11", false],
  [`cpe:2.3:a:${"\\".repeat(2000)}`, false],
  ["", false],
];

for (const [text, isCpe] of rows) {
  test(`${text.slice(0, 60)} is ${isCpe ? "" : "not "}a CPE 2.3 name`, () => {
    assert.equal(isCpe23(text), isCpe);
  });
}
