/**
 * Packages of Hex, for Erlang, Elixir and Gleam. In an image: the metadata that Mix and rebar3 leave with the sources they
 * fetched; compiled applications are listed as `otp`. In a source tree: `mix.lock` and `rebar.lock`.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import { membersOf, pairValue, readTerms, termText, type Term } from "../shared/beam-terms.ts";
import { withEdges, type PackageNode } from "../shared/dependency-edges.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import {
  claimOf,
  digestOf,
  nothingRead,
  packageOf,
  readEach,
  type FileReading,
} from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import {
  baseName,
  decodeText,
  descriptionLengthMax,
  folderOf,
  isToken,
  nameLengthMax,
  shortText,
  versionLengthMax,
} from "../shared/text.ts";
import { unpinnedProjects, type ProjectFiles } from "../shared/unpinned.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { hexNaming } from "./naming.ts";

export const hex: Ecosystem = {
  ...hexNaming,
  title: "Packages of Hex (Erlang, Elixir)",
  specs: [
    "https://github.com/hexpm/specifications/blob/main/package_metadata.md",
    "https://hexdocs.pm/mix/Mix.Project.html",
    "https://rebar3.org/docs/configuration/dependencies/#lock-files",
  ],
  knows: {
    licenses: true,
    authors: false,
    descriptions: true,
    digests: true,
    dependencies: true,
    files: true,
    proof: "real-artefact",
  },
  endings: ["/hex_metadata.config"],
  wants,
  catalog,
};

const METADATA = "hex_metadata.config";
const projects: readonly ProjectFiles[] = [
  {
    manifest: "mix.exs",
    locks: ["mix.lock"],
    hasDependencies: (text) => /\{ *:[a-z]\w*, *(?:"|[a-z]+:)/.test(text),
  },
  {
    manifest: "rebar.config",
    locks: ["rebar.lock"],
    hasDependencies: (text) => membersOf(depsOf(readTerms(text, "erlang"))).length > 0,
  },
];

function depsOf(terms: readonly Term[]): Term | undefined {
  return pairValue(terms, "deps");
}

const sourceNames = new Set(projects.flatMap(({ manifest, locks }) => [manifest, ...locks]));

function wants(path: string, mode: CatalogMode): boolean {
  if (mode === "installed") return path.endsWith(`/${METADATA}`);
  return sourceNames.has(baseName(path)) && !path.startsWith("deps/") && !path.includes("/deps/");
}

function catalog(files: readonly WantedFile[], { mode }: CatalogContext): CatalogResult {
  if (mode === "installed") return readInstalled(files);
  const unpinned = projects.flatMap((project) => unpinnedProjects(files, project));
  const locks = files.filter(({ path }) => path.endsWith(".lock"));
  const result = readEach(locks, (file, problems) =>
    baseName(file.path) === "mix.lock" ? readMixLock(file, problems) : readRebarLock(file, problems),
  );
  return { ...result, problems: [...result.problems, ...unpinned] };
}

function readInstalled(files: readonly WantedFile[]): CatalogResult {
  const nodes: PackageNode[] = [];
  const claims = files.map(({ path }) => folderOf(path));
  const result = readEach(files, (file, problems) => {
    const terms = readTerms(decodeText(file.bytes), "erlang");
    const name = termText(pairValue(terms, "name"));
    const version = termText(pairValue(terms, "version"));
    if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) {
      problems.add("RECORD_INVALID", "the metadata has no valid name and version");
      return nothingRead;
    }
    const pkg = packageOf(file, {
      type: "hex",
      name: name.toLowerCase(),
      version,
      licenses: spdxLicenses(membersOf(pairValue(terms, "licenses")).flatMap((text) => termText(text) ?? [])),
      description: shortText(termText(pairValue(terms, "description")), descriptionLengthMax),
    });
    nodes.push({ pkg, names: [name], needs: requirementsOf(pairValue(terms, "requirements")) });
    return { packages: [], claims: [claimOf(pkg.purl, folderOf(file.path), "folder")] };
  });
  return claims.length === 0 ? result : { ...result, packages: withEdges(nodes) };
}

/** A list of pairs, or of lists of pairs with a `name`. */
function requirementsOf(list: Term | undefined): readonly string[] {
  return membersOf(list).flatMap((entry) => {
    const named = termText(pairValue(entry, "name")) ?? termText(membersOf(entry)[0]);
    return named ?? [];
  });
}

/** `"jason": {:hex, :jason, "1.4.1", "inner", [:mix], [{:decimal, "~> 1.0", […]}], "hexpm", "outer"}` in a map. */
function readMixLock(file: WantedFile, problems: FileProblems): FileReading {
  const [map] = readTerms(decodeText(file.bytes), "elixir");
  if (typeof map !== "object") {
    problems.add("PARSE_FAILED", "the file is no lock file of Mix");
    return nothingRead;
  }
  const nodes: PackageNode[] = [];
  for (let at = 0; at + 1 < map.length; at += 2) {
    const key = termText(map[at]) ?? `number ${at / 2 + 1}`;
    const [source, name, version, , , needs, repository, outer] = membersOf(map[at + 1]);
    if (source === "git") addGit(problems, key);
    else if (source !== "path") {
      const pkg = toPackage(file, { source: source === "hex", name, version, repository, outer });
      if (pkg === null)
        problems.add("RECORD_INVALID", `the entry ${key.slice(0, 200)} has no valid name and version`);
      else
        nodes.push({
          pkg,
          names: [key],
          needs: membersOf(needs).flatMap((need) => termText(membersOf(need)[0]) ?? []),
        });
    }
  }
  return { packages: withEdges(nodes) };
}

function addGit(problems: FileProblems, key: string): void {
  problems.add("DEPENDENCY_UNPINNED", `${key.slice(0, 200)} comes from a repository and has no version`);
}

/** `{"1.2.0", [{<<"cowboy">>,{pkg,<<"cowboy">>,<<"2.9.0">>},0}]}.` and then a list of checksums; layout 1 is the list alone. */
function readRebarLock(file: WantedFile, problems: FileProblems): FileReading {
  const [first, sums] = readTerms(decodeText(file.bytes), "erlang");
  const members = membersOf(first);
  const list = typeof members[0] === "string" ? membersOf(members[1]) : members;
  if (typeof first !== "object") {
    problems.add("PARSE_FAILED", "the file is no lock file of rebar3");
    return nothingRead;
  }
  const outer = pairValue(sums, "pkg_hash_ext");
  const packages = list.flatMap((entry) => {
    const [key, source] = membersOf(entry);
    const [kind, name, version] = membersOf(source);
    const shown = termText(key) ?? "without a name";
    if (kind === "git" || kind === "hg" || kind === "git_subdir") {
      addGit(problems, shown);
      return [];
    }
    const sum = typeof name === "string" ? pairValue(outer, name) : undefined;
    const pkg = toPackage(file, { source: kind === "pkg", name, version, repository: "hexpm", outer: sum });
    if (pkg === null)
      problems.add("RECORD_INVALID", `the entry ${shown.slice(0, 200)} has no valid name and version`);
    return pkg ?? [];
  });
  return { packages };
}

interface Locked {
  readonly source: boolean;
  readonly name: Term | undefined;
  readonly version: Term | undefined;
  /** `hexpm`, or `hexpm:acme` of an organisation. */
  readonly repository: Term | undefined;
  /** sha256 of the archive. */
  readonly outer: Term | undefined;
}

function toPackage(file: WantedFile, { source, name, version, repository, outer }: Locked): Package | null {
  if (!source || !isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) return null;
  const organisation = termText(repository)?.split(":")[1];
  return packageOf(file, {
    type: "hex",
    namespace: isToken(organisation, nameLengthMax) ? organisation.toLowerCase() : null,
    name: name.toLowerCase(),
    version,
    digests: [digestOf("sha256", outer)],
  });
}
