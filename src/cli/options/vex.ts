/** VEX documents of a run: where they lie and whose word counts. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Option, type Command } from "commander";
import { PlimsollError } from "../../domain/error.ts";
import type { ResolvedImage } from "../../domain/image.ts";
import type { Sbom } from "../../domain/package.ts";
import type { TrustTier, VexStatement } from "../../domain/vex.ts";
import { printable, type Problem } from "../../domain/problem.ts";
import { authorMatcher } from "../../vex/authors.ts";
import type { VexReading } from "../../vex/types.ts";
import type { CliContext } from "../context.ts";
import { hasRepositories } from "../vex/repositories/known.ts";
import type { VexRepository } from "../vex/repository.ts";
import { collectList } from "./output.ts";

export interface VexOptions {
  readonly vexLocation?: readonly string[];
  readonly vexAuthor?: readonly string[];
  readonly baseVex?: true;
  /** Commander's form of --no-vex-repos. */
  readonly vexRepos?: boolean;
  readonly skipVexRepoUpdate?: true;
}

/** Adds --vex-location, --vex-author, --base-vex, --no-vex-repos and --skip-vex-repo-update. */
export function addVexOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--vex-location <path>",
        "VEX document (OpenVEX, CSAF, CycloneDX), folder of them or VEX repository; repeatable",
      ).argParser(collectList),
    )
    .addOption(
      new Option(
        "--vex-author <pattern>",
        "accept only statements whose author matches; default: PLIMSOLL_VEX_AUTHORS, else all; repeatable",
      ).argParser(collectList),
    )
    .option("--base-vex", "also VEX attestations of the proven base image, which its registry is asked for")
    .option("--no-vex-repos", "leave aside the VEX repositories of plimsoll vex repo and the settings")
    .option("--skip-vex-repo-update", "use what was fetched of them before, however old it is");
}

export interface VexInput {
  readonly statements: readonly VexStatement[];
  readonly problems: readonly Problem[];
  /** Of VEX repositories, which are asked for an image; null: none was named. */
  readonly findStatements:
    | ((
        image: ResolvedImage,
        sbom: Sbom,
      ) => Promise<{ readonly statements: readonly VexStatement[]; readonly problems: readonly Problem[] }>)
    | null;
}

/** Reads every document named. @throws PlimsollError FILE_NOT_FOUND, VEX_INVALID, LIMIT_EXCEEDED */
export async function readVexLocations(context: CliContext, options: VexOptions): Promise<VexInput> {
  const statements: VexStatement[] = [];
  const problems: Problem[] = [];
  const passedOver: string[] = [];
  const repositories: VexRepository[] = [];
  for (const location of options.vexLocation ?? []) {
    const path = resolve(context.cwd, location);
    const tier = tierOfLocation(context, path);
    const isFolder = (await factsOf(path, location)).isDirectory();
    const repository = isFolder ? await openRepository(path, location, tier) : null;
    if (repository !== null) {
      repositories.push(repository);
      continue;
    }
    for (const file of isFolder
      ? await filesIn(path, location)
      : [{ path, name: location, isFromFolder: false }]) {
      const reading = await readOne(file);
      if (reading === null) {
        passedOver.push(file.name);
        continue;
      }
      for (const statement of reading.statements) statements.push({ ...statement, tier, origin: "location" });
      problems.push(...reading.problems);
    }
  }
  if (passedOver.length > 0) {
    const first = printable(passedOver[0] ?? "");
    context.stderr.write(`passed over ${passedOver.length} files that are no VEX documents, e.g. ${first}\n`);
  }
  if (options.vexRepos !== false) repositories.push(...(await fetchedRepositories(context, options)));
  return { statements, problems, findStatements: repositories.length === 0 ? null : finderIn(repositories) };
}

/** What a project file names came with the repository, unless the user named the file. */
function tierOfLocation({ files }: CliContext, path: string): TrustTier {
  const isOfProject = files !== undefined && !files.isNamed && files.project?.vex.includes(path) === true;
  return isOfProject ? "proposed" : "configured";
}

/** Loaded on demand, as few name a repository. */
async function openRepository(
  path: string,
  location: string,
  tier: TrustTier,
): Promise<VexRepository | null> {
  const { openVexRepository } = await import("../vex/repository.ts");
  return openVexRepository(path, location, tier);
}

/** Nothing is loaded where there is none. */
async function fetchedRepositories(
  context: CliContext,
  { skipVexRepoUpdate }: VexOptions,
): Promise<readonly VexRepository[]> {
  if (!hasRepositories(context)) return [];
  const { openRepositories } = await import("../vex/repositories/open.ts");
  return openRepositories(context, { isOffline: context.config.isOffline || skipVexRepoUpdate === true });
}

function finderIn(repositories: readonly VexRepository[]): NonNullable<VexInput["findStatements"]> {
  return async ({ repository, tag, digest, indexDigest }, { packages }) => {
    const { readVexRepositories } = await import("../vex/repository.ts");
    const identity = { repository, tag, digests: [digest, indexDigest].filter((each) => each !== null) };
    return readVexRepositories(repositories, identity, packages);
  };
}

/**
 * A folder may hold other documents beside those of VEX: such a file is passed over, and said so. A file that the user named must
 * be a VEX document.
 */
async function readOne(file: VexFile): Promise<VexReading | null> {
  // The readers bring XML along, and every scan loads this file.
  const { DOCUMENT_BYTES_MAX, readVexDocument } = await import("../../vex/read.ts");
  try {
    if ((await stat(file.path)).size > DOCUMENT_BYTES_MAX)
      throw new PlimsollError("LIMIT_EXCEEDED", `${printable(file.name)}: the document is too large.`);
    return readVexDocument(await readFile(file.path), file.name);
  } catch (error) {
    const isOther = error instanceof PlimsollError && error.details["isRecognised"] === false;
    if (!file.isFromFolder || !isOther) throw error;
    return null;
  }
}

interface VexFile {
  readonly path: string;
  /** As the user would name it. */
  readonly name: string;
  readonly isFromFolder: boolean;
}

/**
 * A test of authors from --vex-author, else from the settings; null when neither names one: then every document counts, with its
 * origin shown. @throws PlimsollError USAGE
 */
export function authorFilter(context: CliContext, options: VexOptions): ((author: string) => boolean) | null {
  const patterns = options.vexAuthor ?? context.config.vexAuthors;
  return patterns.length === 0 ? null : authorMatcher(patterns);
}

async function factsOf(path: string, shown: string) {
  return stat(path).catch((error: unknown) => {
    throw new PlimsollError("FILE_NOT_FOUND", `There is no VEX document or folder at ${printable(shown)}.`, {
      cause: error,
    });
  });
}

async function filesIn(path: string, shown: string): Promise<VexFile[]> {
  const names = await readdir(path, { recursive: true });
  return names
    .filter((name) => /\.(?:json|xml)$/.test(name))
    .sort()
    .slice(0, DOCUMENTS_MAX)
    .map((name) => ({ path: join(path, name), name: join(shown, name), isFromFolder: true }));
}

const DOCUMENTS_MAX = 100_000;
