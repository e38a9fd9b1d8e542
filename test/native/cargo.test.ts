/** What a lock file pins, as `cargo metadata` resolves it: same crates, versions and edges. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { cargo } from "../../src/ecosystems/cargo/index.ts";
import { catalogSample } from "../helpers/ecosystem-sample.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";

let folder = "";
before(() => void (folder = mkdtempSync(join(tmpdir(), "plimsoll-cargo-"))));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Metadata {
  readonly packages: readonly {
    readonly id: string;
    readonly name: string;
    readonly version: string;
    readonly source: string | null;
  }[];
  readonly resolve: {
    readonly nodes: readonly { readonly id: string; readonly dependencies: readonly string[] }[];
  };
}

it("cargo metadata", { skip: skipWithoutPrograms("cargo") }, () => {
  writeFileSync(
    join(folder, "Cargo.toml"),
    '[package]\nname = "demo"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\nitoa = "=1.0.15"\nmemchr = "=2.7.5"\n\n[build-dependencies]\ncc = "=1.2.29"\n',
  );
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "src/main.rs"), "fn main() {}\n");
  const text = execFileSync("cargo", ["metadata", "--format-version", "1"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { packages, resolve } = JSON.parse(text.toString("utf8")) as Metadata;
  const purls = new Map(
    packages.map(({ id, name, version, source }) => [
      id,
      source === null ? null : `pkg:cargo/${name}@${version}`,
    ]),
  );
  const expected = resolve.nodes
    .filter(({ id }) => purls.get(id) !== null)
    .map(({ id, dependencies }) =>
      [purls.get(id), ...dependencies.map((each) => purls.get(each)).sort()].join(" > "),
    );
  const lock = readFileSync(join(folder, "Cargo.lock"));
  const found = catalogSample(cargo, { mode: "sources", distro: null, files: { "Cargo.lock": lock } });
  assert.deepEqual(
    found.packages.map(({ purl, dependsOn = [] }) => [purl, ...dependsOn].join(" > ")).sort(),
    expected.sort(),
  );
  assert.deepEqual(found.problems, []);
  assert.ok(expected.length >= 3 && found.packages.every(({ digests = [] }) => digests.length === 1));
});
