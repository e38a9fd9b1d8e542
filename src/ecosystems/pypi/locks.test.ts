/**
 * Lock files that the real tools wrote for one project, each in a folder named after the tool and its version, against `uv tree`:
 * the same packages, and the same edges where the layout has any. Only the addresses of indexes in them were changed.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import { pypi } from "./index.ts";

const root = join(import.meta.dirname, "fixtures/locks");
const truth = readTree(readFileSync(join(root, "uv-tree.txt"), "utf8"));

/** Why a layout says less than `uv tree`: packages and edges that it leaves out. */
const less: Readonly<Record<string, { packages?: readonly string[]; edges: readonly string[] | "all" }>> = {
  // Whether an extra was asked for is not in the file.
  "poetry-2.5": { edges: ["requests@2.25.1 > pysocks@1.7.1"] },
  // Locked for Linux alone, where click does not need colorama.
  "pipenv-2026": { packages: ["colorama@0.4.6"], edges: "all" },
  "pip-tools-7.6": { packages: ["colorama@0.4.6"], edges: "all" },
  "pylock-uv-0.13": { edges: "all" },
};

const tools = readdirSync(root).filter((name) => !name.endsWith(".txt"));

describe("lock files of the real Python tools", () => {
  it("are those of six layouts", () => assert.equal(tools.length, 6));

  for (const tool of tools) {
    it(`of ${tool} list what uv tree lists`, () => {
      const [name = ""] = readdirSync(join(root, tool));
      const file = wantedFile(name, readFileSync(join(root, tool, name)));
      const { packages, problems } = pypi.catalog([file], { mode: "sources", distro: null, inspected: [] });
      const names = new Map(packages.map((pkg) => [pkg.purl, `${pkg.name}@${pkg.version}`]));
      const edges = packages.flatMap((pkg) =>
        (pkg.dependsOn ?? []).map((purl) => `${pkg.name}@${pkg.version} > ${names.get(purl) ?? purl}`),
      );
      const { packages: leftOut = [], edges: unknown = [] } = less[tool] ?? { edges: [] };
      assert.deepEqual(problems, []);
      assert.deepEqual(
        [...names.values()].sort(),
        truth.packages.filter((pkg) => !leftOut.includes(pkg)),
      );
      const expected = unknown === "all" ? [] : truth.edges.filter((edge) => !unknown.includes(edge));
      assert.deepEqual(edges.sort(), expected);
      assert.ok(packages.every((pkg) => pkg.digests?.[0]?.algorithm === "sha256"));
    });
  }
});

/** Packages and edges of a tree drawn with lines; its first level is the project's own. */
function readTree(text: string): { packages: readonly string[]; edges: readonly string[] } {
  const packages = new Set<string>();
  const edges = new Set<string>();
  const above: string[] = [];
  for (const line of text.split("\n")) {
    const [, lines = "", name = "", version = ""] =
      /^([\s│├└─]*)([\w.-]+)(?:\[\S*\])? v(\S+)/.exec(line) ?? [];
    const depth = lines.length / 4;
    if (depth === 0) continue;
    const me = `${name}@${version}`;
    packages.add(me);
    if (depth > 1) edges.add(`${above[depth - 1] ?? ""} > ${me}`);
    above[depth] = me;
  }
  return { packages: [...packages].sort(), edges: [...edges].sort() };
}
