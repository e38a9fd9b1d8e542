import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Package } from "../../domain/package.ts";
import { packageOf } from "../shared/package-of.ts";
import { genericNaming } from "./naming.ts";

function keys(version: string, cpes?: readonly string[]): string[] {
  const file = { path: "usr/bin/x", layer: null, layerIndex: null };
  const plain = packageOf(file, { type: "generic", name: "x", version });
  const pkg: Package = { ...plain, ...(cpes !== undefined && { cpes }) };
  return genericNaming
    .lookUp(pkg, null)
    .map(({ space, name, version: asked }) => `${space} ${name} ${asked}`);
}

describe("look-up of programs known by their bytes", () => {
  const rows: readonly (readonly [string, string, readonly string[] | undefined, string[]])[] = [
    ["a name alone is no key", "18.2.0", undefined, []],
    ["by its CPE", "8.10", ["cpe:2.3:a:haproxy:haproxy:8.10:*:*:*:*:*:*:*"], ["cpe haproxy:haproxy 8.10"]],
    [
      "with the version that the CPE tells",
      "9.3",
      ["cpe:2.3:a:openbsd:openssh:9.3:p1:*:*:*:*:*:*"],
      ["cpe openbsd:openssh 9.3p1"],
    ],
    [
      "with its own where the CPE tells none",
      "2.0",
      ["cpe:2.3:a:x:y:*:*:*:*:*:*:*:*", "cpe:2.3:a:x:y:-:*:*:*:*:*:*:*"],
      ["cpe x:y 2.0"],
    ],
    [
      "under both names of software that changed hands",
      "1.25",
      ["cpe:2.3:a:f5:nginx:1.25:*:*:*:*:*:*:*"],
      ["cpe f5:nginx 1.25", "cpe nginx:nginx 1.25"],
    ],
    [
      "a kernel of upstream",
      "6.1.5",
      ["cpe:2.3:o:linux:linux_kernel:6.1.5:*:*:*:*:*:*:*"],
      ["cpe linux:linux_kernel 6.1.5"],
    ],
    [
      "not a distribution's kernel",
      "6.1.0-18-amd64",
      ["cpe:2.3:o:linux:linux_kernel:6.1.0:*:*:*:*:*:*:*"],
      [],
    ],
    [
      "Node.js by the names of the NVD, and in its own advisories",
      "18.2.0",
      ["cpe:2.3:a:nodejs:node.js:18.2.0:*:*:*:*:*:*:*"],
      ["cpe nodejs:node.js 18.2.0", "cpe nodejs:nodejs 18.2.0", "nodejs nodejs:node.js 18.2.0"],
    ],
    ["not hardware, nor what is no CPE", "1", ["cpe:2.3:h:x:y:1:*:*:*:*:*:*:*", "nonsense"], []],
    ["not without a version", "", ["cpe:2.3:a:x:y:*:*:*:*:*:*:*:*"], []],
  ];
  for (const [name, version, cpes, expected] of rows)
    it(name, () => assert.deepEqual(keys(version, cpes), expected));
});
