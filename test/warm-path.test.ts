/**
 * What every start of a scan loads (ADR 16): the packages that the command line and `sbom` import at once. A package that comes in
 * through a chain of imports is read and linked each time; what only some runs need stands behind `import()`.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";
import { repositoryRoot as root } from "./helpers/run-plimsoll.ts";

const STATIC = /^(?:import|export)\s+(?!type\b)([^;"]*?)\s*from\s+"([^"]+)";|^import\s+"([^"]+)";/gm;

/** Modules that are imported for more than their types. */
function importsOf(file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(STATIC)].flatMap(([, names = "", from, bare]) => {
    const [, inner] = /^\{(.*)\}$/s.exec(names.trim()) ?? [];
    const isTypes = inner?.split(",").every((name) => /^\s*(?:type\s.*)?$/s.test(name)) === true;
    return isTypes ? [] : [from ?? bare ?? ""];
  });
}

/** Packages by the chain of files that leads to them. */
function packagesOf(...starts: readonly string[]): ReadonlyMap<string, string> {
  const chains = new Map(starts.map((start) => [join(root, start), start]));
  const packages = new Map<string, string>();
  for (const [file, chain] of chains) {
    for (const from of importsOf(file)) {
      if (from.startsWith("node:")) continue;
      if (!from.startsWith(".")) {
        const name = from.split("/", from.startsWith("@") ? 2 : 1).join("/");
        if (!packages.has(name)) packages.set(name, chain);
        continue;
      }
      const next = resolve(dirname(file), from);
      if (existsSync(next) && !chains.has(next)) chains.set(next, `${chain} -> ${relative(root, next)}`);
    }
  }
  assert.ok(chains.size > 100, `only ${chains.size} files were found`);
  return packages;
}

test("sbom loads three packages at once", () => {
  const allowed = ["commander", "semver", "spdx-expression-parse"];
  const found = packagesOf("src/cli/main.ts", "src/cli/commands/sbom.ts");
  const more = [...found].filter(([name]) => !allowed.includes(name));
  assert.deepEqual(more, [], "load it with import() where it is used");
});

test("cves loads no readers of YAML, XML or schemas, and nothing of the network", () => {
  const found = packagesOf("src/cli/main.ts", "src/cli/commands/cves.ts");
  const heavy = [
    "zod",
    "yaml",
    "fast-xml-parser",
    "undici",
    "tweetnacl",
    "packageurl-js",
    "hono",
    "pg",
    "yauzl",
  ];
  const more = [...found].filter(([name]) => heavy.includes(name));
  assert.deepEqual(more, [], "load it with import() where it is used");
});
