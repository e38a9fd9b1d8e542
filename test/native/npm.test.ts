/**
 * What is installed, as `npm ls --all` lists it: same packages and edges. Of this project's own `node_modules`, and of a small one
 * made here without a network, with an alias, a scope, a package that brings another along, and one package in two versions.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, it } from "node:test";
import { npm } from "../../src/ecosystems/npm/index.ts";
import type { CatalogResult } from "../../src/ecosystems/types.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { wantedFile } from "../helpers/wanted-file.ts";

const repository = join(import.meta.dirname, "../..");

let folder = "";
before(() => void (folder = mkdtempSync(join(tmpdir(), "plimsoll-npm-"))));
after(() => rmSync(folder, { recursive: true, force: true }));

it("npm ls of this project", { skip: skipWithoutPrograms("npm") }, () => {
  const found = catalog(repository);
  assert.deepEqual(found.problems, []);
  assert.deepEqual(withoutNode(listed(found)), withoutNode(listedByNpm(repository)));
});

/** The package `node` fetches its program by a script of its own, and whether npm knows of that edge depends on the day of the installation. */
function withoutNode({ packages, edges }: ReturnType<typeof listed>): ReturnType<typeof listed> {
  return { packages, edges: edges.filter((edge) => !edge.startsWith("node@")) };
}

it(
  "npm ls of an alias, a scope, a bundled and a nested package",
  { skip: skipWithoutPrograms("npm") },
  () => {
    const project = join(folder, "project");
    const tarballs = [
      pack("plain", { name: "plain", version: "1.0.0" }),
      pack("user", { name: "user", version: "1.0.0", dependencies: { plain: "^1.0.0" } }),
      pack("scoped", {
        name: "@scope/scoped",
        version: "1.0.0",
        dependencies: { user: "1" },
        peerDependencies: { plain: "*" },
      }),
      pack("bundle", {
        name: "bundle",
        version: "1.0.0",
        dependencies: { plain: "^2.0.0" },
        bundleDependencies: ["plain"],
      }),
    ];
    write(project, "package.json", {
      name: "project",
      version: "0.0.0",
      dependencies: Object.fromEntries(
        ["plain", "user", "@scope/scoped", "other-name"].map((name, index) => [
          name,
          `file:${tarballs[index] ?? ""}`,
        ]),
      ),
    });
    run(project, "install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts");
    const found = catalog(project);
    assert.deepEqual(found.problems, []);
    const { packages, edges } = listed(found);
    assert.deepEqual(packages, [
      "@scope/scoped@1.0.0",
      "bundle@1.0.0",
      "plain@1.0.0",
      "plain@2.0.0",
      "user@1.0.0",
    ]);
    // npm ls names a package by its folder, and the alias is one.
    const renamed = (text: string): string => text.replace("other-name@", "bundle@");
    const truth = listedByNpm(project);
    assert.deepEqual(
      { packages, edges },
      {
        packages: truth.packages.map(renamed).sort(),
        edges: truth.edges.map(renamed).sort(),
      },
    );
  },
);

/** A tarball as npm packs it; `bundle` brings `plain` 2.0.0 along. */
function pack(name: string, manifest: object): string {
  const at = join(folder, name);
  write(at, "package.json", manifest);
  if (name === "bundle")
    write(join(at, "node_modules/plain"), "package.json", { name: "plain", version: "2.0.0" });
  run(at, "pack", "--pack-destination", folder);
  const file = readdirSync(folder).find((entry) => entry.endsWith(`${name}-1.0.0.tgz`));
  assert.ok(file !== undefined, `npm pack made no archive of ${name}`);
  return join(folder, file);
}

function write(at: string, name: string, content: object): void {
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, name), JSON.stringify(content));
}

function run(at: string, ...args: readonly string[]): string {
  const { stdout, stderr, error } = spawnSync("npm", args, {
    cwd: at,
    encoding: "utf8",
    maxBuffer: 256 * 1024 ** 2,
  });
  assert.equal(error, undefined, stderr);
  return stdout;
}

function catalog(project: string): CatalogResult {
  const paths = readdirSync(join(project, "node_modules"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(project.length + 1))
    .filter((path) => npm.wants(path, "installed"))
    .sort();
  const files = paths.map((path) => wantedFile(path, readFileSync(join(project, path))));
  return npm.catalog(files, { mode: "installed", distro: null, inspected: [] });
}

interface Listing {
  readonly packages: readonly string[];
  readonly edges: readonly string[];
}

function listed({ packages }: CatalogResult): Listing {
  const names = new Map(
    packages.map(({ purl, namespace, name, version }) => [
      purl,
      `${namespace === null ? "" : `${namespace}/`}${name}@${version}`,
    ]),
  );
  const edges = packages.flatMap(({ purl, dependsOn = [] }) =>
    dependsOn.map((other) => `${names.get(purl) ?? ""} > ${names.get(other) ?? other}`),
  );
  return { packages: [...new Set(names.values())].sort(), edges: [...new Set(edges)].sort() };
}

interface Node {
  readonly version?: string;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, Node>>;
}

/** Every package but workspaces, which are links to folders of the project. */
function listedByNpm(project: string): Listing {
  const packages = new Set<string>();
  const edges = new Set<string>();
  const open: (readonly [Node, string | null])[] = [
    [JSON.parse(run(project, "ls", "--all", "--json")) as Node, null],
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, from] = next;
    for (const [name, child] of Object.entries(node.dependencies ?? {})) {
      if (child.version === undefined) continue;
      const isWorkspace = child.resolved?.startsWith("file:") === true && !child.resolved.endsWith(".tgz");
      const me = isWorkspace ? null : `${name}@${child.version}`;
      if (me !== null) packages.add(me);
      if (me !== null && from !== null) edges.add(`${from} > ${me}`);
      open.push([child, me]);
    }
  }
  assert.ok(packages.size > 0, `npm ls lists nothing in ${dirname(project)}`);
  return { packages: [...packages].sort(), edges: [...edges].sort() };
}
