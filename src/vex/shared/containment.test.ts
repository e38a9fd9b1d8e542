import assert from "node:assert/strict";
import { test } from "node:test";
import type { Package } from "../../domain/package.ts";
import { packageWith } from "../fixtures/findings.ts";
import { containmentOf } from "./containment.ts";
import { packageSubject, readPurl } from "./package-identity.ts";

function pkg(
  type: string,
  name: string,
  paths: readonly string[],
  dependsOn: readonly string[] = [],
): Package {
  return packageWith({
    ecosystem: type,
    namespace: null,
    name,
    version: "1.0.0",
    purl: `pkg:${type}/${name}@1.0.0`,
    sourcePackage: null,
    evidence: paths.map((path) => ({ path, layer: null, layerIndex: null })),
    ...(dependsOn.length === 0 ? {} : { dependsOn: dependsOn.map((each) => `pkg:${type}/${each}@1.0.0`) }),
  });
}

const go = (name: string, paths: readonly string[], ...dependsOn: readonly string[]) =>
  pkg("golang", name, paths, dependsOn);
const npm = (name: string, paths: readonly string[], ...dependsOn: readonly string[]) =>
  pkg("npm", name, paths, dependsOn);

interface Row {
  readonly name: string;
  readonly packages: readonly Package[];
  readonly product?: string;
  readonly held: boolean;
}

const rows: readonly Row[] = [
  {
    name: "a module of the one program",
    packages: [go("net", ["bin/tool"]), go("tool", ["bin/tool"], "net")],
    held: true,
  },
  {
    name: "the program by its version",
    packages: [go("net", ["bin/tool"]), go("tool", ["bin/tool"], "net")],
    product: "pkg:golang/tool@v1.0.0",
    held: true,
  },
  {
    name: "another version of the program",
    packages: [go("net", ["bin/tool"]), go("tool", ["bin/tool"], "net")],
    product: "pkg:golang/tool@v2.0.0",
    held: false,
  },
  {
    name: "a module that another program has too",
    packages: [
      go("net", ["bin/other", "bin/tool"]),
      go("tool", ["bin/tool"], "net"),
      go("other", ["bin/other"], "net"),
    ],
    held: false,
  },
  {
    name: "a module that stands elsewhere too, where nothing holds it",
    packages: [go("net", ["bin/tool", "src/go.mod"]), go("tool", ["bin/tool"], "net")],
    held: false,
  },
  { name: "a module of nothing", packages: [go("net", ["bin/tool"]), go("tool", ["bin/tool"])], held: false },
  {
    name: "a dependency of a dependency, below the folder of the package",
    packages: [
      npm("net", ["app/node_modules/tool/node_modules/net/package.json"]),
      npm("mid", ["app/node_modules/tool/node_modules/mid/package.json"], "net"),
      npm("tool", ["app/node_modules/tool/package.json"], "mid"),
    ],
    product: "pkg:npm/tool",
    held: true,
  },
  {
    name: "a dependency that lies beside the package, where others may take it",
    packages: [
      npm("net", ["app/node_modules/net/package.json"]),
      npm("tool", ["app/node_modules/tool/package.json"], "net"),
    ],
    product: "pkg:npm/tool",
    held: false,
  },
  {
    name: "a dependency of two, of which one is named",
    packages: [npm("net", []), npm("tool", [], "net"), npm("other", [], "net")],
    product: "pkg:npm/tool",
    held: false,
  },
  {
    name: "a document that tells no places",
    packages: [npm("net", []), npm("tool", [], "net")],
    product: "pkg:npm/tool",
    held: true,
  },
  {
    name: "packages that depend on each other, below the one that is named",
    packages: [npm("net", [], "mid"), npm("mid", [], "net"), npm("tool", [], "mid")],
    product: "pkg:npm/tool",
    held: true,
  },
  {
    name: "packages that depend on each other alone",
    packages: [npm("net", [], "mid"), npm("mid", [], "net"), npm("tool", [])],
    product: "pkg:npm/tool",
    held: false,
  },
];

for (const { name, packages, product = "pkg:golang/tool", held } of rows) {
  test(`vex containment: ${name} is ${held ? "" : "not "}held`, () => {
    const purl = readPurl(product);
    const [part] = packages;
    assert.ok(purl !== null && part !== undefined);
    const contains = containmentOf(packages);
    assert.equal(contains(purl, packageSubject(part)), held);
    assert.equal(contains(purl, packageSubject(part)), held);
  });
}
