/**
 * `Cargo.lock`, versions 1 to 4 (https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html): an array of tables
 * `package`. Version 1 keeps the checksums in a table of their own. Packages without a source are the project's own.
 */
import { recordOf } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import { withEdges, type PackageNode } from "../shared/dependency-edges.ts";
import { digestOf, packageOf } from "../shared/package-of.ts";
import { FileProblems } from "../shared/problems.ts";
import { decodeText, isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import { readTomlPackages } from "../shared/toml-packages.ts";
import type { CatalogResult } from "../types.ts";

export function readCargoLock(file: WantedFile): CatalogResult {
  const problems = new FileProblems(file);
  const document = readTomlPackages(decodeText(file.bytes));
  if (document === null) {
    problems.add("PARSE_FAILED", "the file is no TOML with a list of packages");
    return { packages: [], problems: problems.all() };
  }
  for (const line of document.broken)
    problems.add("RECORD_INVALID", `the entry at line ${line} is not valid TOML`);
  const { list, metadata } = document;
  const nodes: PackageNode[] = [];
  for (const [index, value] of list.entries()) {
    const entry = recordOf(value);
    const [name, version, source] = [entry?.["name"], entry?.["version"], entry?.["source"]];
    if (entry === null || !isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) {
      const shown = typeof name === "string" ? name : `number ${index + 1}`;
      problems.add("RECORD_INVALID", `the entry ${shown} has no valid name and version`);
    } else if (typeof source === "string") {
      const identity = `${name} ${version} (${source})`;
      const digest = digestOf("sha256", entry["checksum"] ?? metadata?.[`checksum ${identity}`]);
      const pkg = packageOf(file, {
        type: "cargo",
        name,
        version,
        qualifiers: originOf(source),
        digests: [digest],
      });
      // A dependency is written as short as it is clear: `name`, `name version` or `name version (source)`.
      nodes.push({
        pkg,
        names: [name, `${name} ${version}`, identity],
        needs: textsOf(entry["dependencies"]),
      });
    }
  }
  return { packages: withEdges(nodes), problems: problems.all() };
}

/** Since version 4 the sources in a lock file are URL-encoded, which changes nothing of what they name. */
function originOf(source: string): Readonly<Record<string, string | null>> {
  if (source.length > sourceLengthMax || cratesIo.has(source)) return {};
  const at = source.indexOf("+");
  const kind = source.slice(0, at);
  const url = withoutAccount(source.slice(at + 1));
  if (kind === "git") {
    const hash = url.indexOf("#");
    const commit = hash === -1 ? "" : `@${url.slice(hash + 1)}`;
    return { vcs_url: `git+${url.slice(0, hash === -1 ? undefined : hash).replace(/\?.*$/, "")}${commit}` };
  }
  return kind === "registry" || kind === "sparse" ? { repository_url: url } : {};
}

const sourceLengthMax = 2000;
const cratesIo = new Set([
  "registry+https://github.com/rust-lang/crates.io-index",
  "sparse+https://index.crates.io/",
]);

/** Names and passwords in addresses are nobody's business. */
function withoutAccount(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/@]*@/, "$1");
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
