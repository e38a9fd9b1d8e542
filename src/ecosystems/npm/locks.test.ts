/**
 * Lock files that the real tools wrote for one project, each in a folder named after the tool and its version, against what
 * `npm ls --all` says of the installed project: the same packages and the same edges.
 * Only the addresses of registries in them were changed.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import { npm } from "./index.ts";

const root = join(import.meta.dirname, "fixtures/locks");
const truth = JSON.parse(readFileSync(join(root, "npm-ls.json"), "utf8")) as {
  readonly packages: readonly string[];
  readonly edges: readonly string[];
};

/** These two layouts do not write peers, so the edge to one is not known. */
const withoutPeers = ["npm-11-v1", "yarn-1.22"];
const peerEdges = ["react-dom@18.2.0 > react@18.2.0"];

/** Yarn's later layouts write digests of archives that Yarn makes itself, not of packages. */
const withoutDigests = ["yarn-3", "yarn-4"];

const tools = readdirSync(root).filter((name) => !name.endsWith(".json"));

describe("lock files of the real tools", () => {
  it("are those of nine layouts", () => assert.equal(tools.length, 9));

  for (const tool of tools) {
    it(`of ${tool} list what npm ls lists`, () => {
      const [name = ""] = readdirSync(join(root, tool));
      const file = wantedFile(name, readFileSync(join(root, tool, name)));
      const { packages, problems } = npm.catalog([file], { mode: "sources", distro: null, inspected: [] });
      const names = new Map(packages.map((pkg) => [pkg.purl, nameOf(pkg)]));
      const edges = packages.flatMap((pkg) =>
        (pkg.dependsOn ?? []).map((purl) => `${nameOf(pkg)} > ${names.get(purl) ?? purl}`),
      );
      const known = withoutPeers.includes(tool)
        ? truth.edges.filter((edge) => !peerEdges.includes(edge))
        : truth.edges;
      assert.deepEqual(problems, []);
      assert.deepEqual([...names.values()].sort(), truth.packages);
      assert.deepEqual(edges.sort(), known);
      const digested = packages.filter((pkg) => pkg.digests?.[0]?.algorithm === "sha512").length;
      assert.equal(digested, withoutDigests.includes(tool) ? 0 : packages.length);
    });
  }
});

function nameOf(pkg: { namespace: string | null; name: string; version: string }): string {
  return `${pkg.namespace === null ? "" : `${pkg.namespace}/`}${pkg.name}@${pkg.version}`;
}
