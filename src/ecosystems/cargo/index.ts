/**
 * Crates of Rust. In an image: what `cargo auditable` has written into the programs; one that was built without it tells
 * nothing. In a source tree: what Cargo.lock pins, development and build dependencies included.
 */
import type { WantedFile } from "../../domain/files.ts";
import { baseName } from "../shared/text.ts";
import { unpinnedProjects } from "../shared/unpinned.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { catalogBinary, lookIntoBinary, wantsBinary } from "./auditable.ts";
import { readCargoLock } from "./lock-file.ts";
import { cargoNaming } from "./naming.ts";

export const cargo: Ecosystem = {
  ...cargoNaming,
  title: "Rust crates",
  specs: [
    "https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md",
    "https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html",
  ],
  knows: {
    licenses: false,
    authors: false,
    descriptions: false,
    digests: true,
    dependencies: true,
    files: false,
    proof: "native-tool",
  },
  endings: [],
  wants,
  inspect: { wants: wantsBinary, look: lookIntoBinary },
  catalog,
};

function wants(path: string, mode: CatalogMode): boolean {
  if (mode !== "sources") return false;
  return path.endsWith("Cargo.lock") || path.endsWith("Cargo.toml") ? isProjectFile(path) : false;
}

/** Vendored crates are other people's, and their own lock files mean nothing. */
function isProjectFile(path: string): boolean {
  const name = baseName(path);
  return (name === "Cargo.lock" || name === "Cargo.toml") && !`/${path}`.includes("/vendor/");
}

function catalog(files: readonly WantedFile[], { mode, inspected }: CatalogContext): CatalogResult {
  const results: CatalogResult[] =
    mode === "sources"
      ? [
          ...files.filter(({ path }) => baseName(path) === "Cargo.lock").map(readCargoLock),
          { packages: [], problems: unpinnedProjects(files, project) },
        ]
      : inspected.map(catalogBinary);
  return {
    packages: results.flatMap(({ packages }) => packages),
    problems: results.flatMap(({ problems }) => problems),
  };
}

/** The name of a table says that there are dependencies, also for a target or of a workspace. */
const project = {
  manifest: "Cargo.toml",
  locks: ["Cargo.lock"],
  hasDependencies: (text: string) =>
    text.split("\n").some((line) => line.trimStart().startsWith("[") && line.includes("dependencies")),
};
