/**
 * Ruby gems. In an image: the specification that RubyGems writes for each installed gem, default gems of Ruby and gems that
 * Bundler took from a repository included. In a source tree: what Bundler's lock files pin.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { FileClaim, Package } from "../../domain/package.ts";
import { withEdges, type PackageNode } from "../shared/dependency-edges.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import {
  claimOf,
  digestOf,
  packageOf,
  readEach,
  nothingRead,
  type FileReading,
} from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import {
  authorLengthMax,
  baseName,
  decodeText,
  descriptionLengthMax,
  folderOf,
  shortText,
} from "../shared/text.ts";
import { unpinnedProjects, type ProjectFiles } from "../shared/unpinned.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { readGemfileLock } from "./gemfile-lock.ts";
import { readGemSpecification, type GemSpecification } from "./gemspec.ts";
import { gemNaming } from "./naming.ts";

export const gem: Ecosystem = {
  ...gemNaming,
  title: "Ruby gems",
  specs: [
    "https://guides.rubygems.org/specification-reference/",
    "https://github.com/rubygems/rubygems/blob/master/lib/rubygems/specification.rb",
    "https://github.com/rubygems/rubygems/blob/master/bundler/lib/bundler/lockfile_parser.rb",
  ],
  knows: {
    licenses: true,
    authors: true,
    descriptions: true,
    digests: true,
    dependencies: true,
    files: true,
    proof: "native-tool",
  },
  endings: [".gemspec"],
  wants,
  catalog,
};

const projects: readonly ProjectFiles[] = [
  { manifest: "Gemfile", locks: ["Gemfile.lock"], hasDependencies: namesGems },
  { manifest: "gems.rb", locks: ["gems.locked"], hasDependencies: namesGems },
];

const sourceNames = new Set(projects.flatMap(({ manifest, locks }) => [manifest, ...locks]));

function namesGems(text: string): boolean {
  return /^[ \t]*(?:gem|gemspec)\b/m.test(text);
}

function wants(path: string, mode: CatalogMode): boolean {
  if (mode === "installed") return path.endsWith(".gemspec") && isWrittenByRubyGems(folderOf(path));
  return sourceNames.has(baseName(path));
}

/** Specifications inside of gems are the author's own source; Bundler writes them anew for gems from repositories. */
function isWrittenByRubyGems(folder: string): boolean {
  return (
    isNamed(folder, "specifications") ||
    isNamed(folder, "specifications/default") ||
    isNamed(folderOf(folder), "bundler/gems")
  );
}

function isNamed(folder: string, name: string): boolean {
  return folder === name || folder.endsWith(`/${name}`);
}

function catalog(files: readonly WantedFile[], { mode }: CatalogContext): CatalogResult {
  if (mode === "installed") return readInstalled(files);
  const unpinned = projects.flatMap((project) => unpinnedProjects(files, project));
  const locks = files.filter(({ path }) => path.endsWith("Gemfile.lock") || path.endsWith("gems.locked"));
  const result = readEach(locks, readLock);
  return { ...result, problems: [...result.problems, ...unpinned] };
}

function readInstalled(files: readonly WantedFile[]): CatalogResult {
  // Gems see those of their own folder of specifications, and the default gems below it.
  const homes = new Map<string, PackageNode[]>();
  const claims: FileClaim[] = [];
  const { problems } = readEach(files, (file, complaints) => {
    const specification = readGemSpecification(decodeText(file.bytes));
    if (specification === null) {
      complaints.add("RECORD_INVALID", "the gem specification has no name and version that can be read");
      return nothingRead;
    }
    const pkg = toPackage(specification, file);
    const home = homeOf(file.path);
    const nodes = homes.get(home) ?? [];
    nodes.push({ pkg, names: [specification.name], needs: specification.needs });
    homes.set(home, nodes);
    claims.push(...claimsOf(specification, file.path, pkg.purl));
    return nothingRead;
  });
  const packages = [...homes.values()].flatMap((nodes) => withEdges(nodes));
  return { packages, problems, ...(claims.length === 0 ? {} : { claims }) };
}

function homeOf(path: string): string {
  const folder = folderOf(path);
  return folder.endsWith("/default") ? folderOf(folderOf(folder)) : folderOf(folder);
}

function claimsOf(
  { name, version, platform }: GemSpecification,
  path: string,
  purl: string,
): readonly FileClaim[] {
  const folder = folderOf(path);
  const own = claimOf(purl, path, "file");
  // The files of default gems stand among Ruby's own.
  if (folder.endsWith("specifications/default")) return [own];
  if (!isNamed(folder, "specifications")) return [claimOf(purl, folder, "folder")];
  const home = folderOf(folder);
  const gemFolder = `gems/${name}-${version}${platform === "ruby" ? "" : `-${platform}`}`;
  return [own, claimOf(purl, home === "" ? gemFolder : `${home}/${gemFolder}`, "folder")];
}

function toPackage(
  { name, version, platform, licenses, authors, summary }: GemSpecification,
  file: WantedFile,
): Package {
  return packageOf(file, {
    type: "gem",
    name,
    version,
    qualifiers: platformQualifier(platform),
    licenses: spdxLicenses(licenses),
    author: shortText(authors.join(", "), authorLengthMax),
    description: shortText(summary, descriptionLengthMax),
  });
}

function platformQualifier(platform: string): Readonly<Record<string, string | null>> {
  return { platform: platform === "ruby" ? null : platform };
}

function readLock(file: WantedFile, problems: FileProblems): FileReading {
  const { gems, badLines, isLock } = readGemfileLock(decodeText(file.bytes));
  if (!isLock) problems.add("PARSE_FAILED", "the file is no lock file of Bundler");
  for (const line of badLines)
    problems.add("RECORD_INVALID", `the line ${line.slice(0, 200)} names no gem with a version`);
  const nodes = gems.map(({ name, version, platform, needs, repository, sha256 }) => ({
    pkg: packageOf(file, {
      type: "gem",
      name,
      version,
      qualifiers: {
        ...platformQualifier(platform),
        vcs_url: repository === null ? null : `git+${repository.url}@${repository.revision}`,
      },
      digests: [digestOf("sha256", sha256)],
    }),
    names: [name],
    needs,
  }));
  return { packages: withEdges(nodes) };
}
