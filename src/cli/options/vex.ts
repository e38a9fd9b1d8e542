/** VEX documents of a run: where they lie and whose word counts. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { Option, type Command } from "commander";
import { PlimsollError } from "../../domain/error.ts";
import type { ResolvedImage } from "../../domain/image.ts";
import type { Sbom } from "../../domain/package.ts";
import type { TrustTier, VexStatement } from "../../domain/vex.ts";
import { printable, type Problem } from "../../domain/problem.ts";
import { countText } from "../../reports/shared/words.ts";
import { authorMatcher } from "../../vex/authors.ts";
import type { TrustsAuthor } from "../../vex/decide.ts";
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
        "accept only statements whose author matches; default: PLIMSOLL_VEX_AUTHORS and what is approved, else all; repeatable",
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
    context.stderr.write(
      `passed over ${countText(passedOver.length, "file")} in no known format of VEX, such as ${first}\n`,
    );
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
    return readVexDocument(await bytesOf(file, DOCUMENT_BYTES_MAX), file.name);
  } catch (error) {
    const isOther = error instanceof PlimsollError && error.details["isRecognised"] === false;
    if (!file.isFromFolder || !isOther) throw error;
    return null;
  }
}

/** A link that leads nowhere may have led to a document, so it is no file that is passed over. */
async function bytesOf({ path, name }: VexFile, bytesMax: number): Promise<Uint8Array> {
  try {
    if ((await stat(path)).size <= bytesMax) return await readFile(path);
  } catch (cause) {
    throw new PlimsollError("FILE_NOT_FOUND", `The VEX document ${printable(name)} cannot be read.`, {
      cause,
    });
  }
  throw new PlimsollError("LIMIT_EXCEEDED", `${printable(name)}: the document is too large.`);
}

interface VexFile {
  readonly path: string;
  /** As the user would name it. */
  readonly name: string;
  readonly isFromFolder: boolean;
}

/**
 * A test of authors from --vex-author, else from the settings; null when neither names one: then every document counts, with its
 * origin shown. What is approved is the organisation's own word, which the authors of the settings stand beside; --vex-author
 * narrows that too. @throws PlimsollError USAGE
 */
export function authorFilter(context: CliContext, options: VexOptions): TrustsAuthor | null {
  const patterns = options.vexAuthor ?? context.config.vexAuthors;
  if (patterns.length === 0) return null;
  const matches = authorMatcher(patterns);
  const isAsked =
    options.vexAuthor !== undefined && options.vexAuthor !== context.files?.options["vexAuthor"];
  return isAsked ? matches : (author, tier) => tier === "approved" || matches(author);
}

async function factsOf(path: string, shown: string) {
  return stat(path).catch((error: unknown) => {
    throw new PlimsollError("FILE_NOT_FOUND", `There is no VEX document or folder at ${printable(shown)}.`, {
      cause: error,
    });
  });
}

async function filesIn(path: string, shown: string): Promise<VexFile[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory() && /\.(?:json|xml)$/.test(entry.name))
    .map((entry) => relative(path, join(entry.parentPath, entry.name)))
    .sort();
  if (names.length > DOCUMENTS_MAX)
    throw new PlimsollError(
      "LIMIT_EXCEEDED",
      `${printable(shown)} holds more than ${DOCUMENTS_MAX} documents.`,
      {
        details: { limit: "documentsMax", max: DOCUMENTS_MAX },
      },
    );
  return names.map((name) => ({ path: join(path, name), name: join(shown, name), isFromFolder: true }));
}

const DOCUMENTS_MAX = 100_000;
