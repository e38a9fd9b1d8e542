/**
 * VEX repositories (https://github.com/aquasecurity/vex-repo-spec, 0.1): a folder with `index.json`, which lists the document of
 * each package; on disk as it is, or fetched. Some hold hundreds of megabytes, so only the documents of packages that the image has are
 * read.
 */
import { readFile, stat } from "node:fs/promises";
import { isAbsolute, join, normalize } from "node:path";
import { PlimsollError } from "../../domain/error.ts";
import { printable, type Problem } from "../../domain/problem.ts";
import type { Package } from "../../domain/package.ts";
import type { TrustTier, VexStatement } from "../../domain/vex.ts";
import { packageMatch, packageSubject, readPurl } from "../../vex/shared/package-identity.ts";
import { imageIdOfPurl, imageMatch, type VexImageIdentity } from "../../vex/shared/image-identity.ts";
import { DOCUMENT_BYTES_MAX, readVexDocument } from "../../vex/read.ts";
import { readRepositoryIndex, type RepositoryEntry } from "../../vex/shared/repository-manifest.ts";

/** An opened repository. */
export interface VexRepository {
  /** As the user named it. */
  readonly name: string;
  readonly entries: readonly RepositoryEntry[];
  readonly tier: TrustTier;
  /** The document of an entry. @throws PlimsollError FILE_NOT_FOUND, LIMIT_EXCEEDED */
  read(entry: RepositoryEntry): Promise<Uint8Array>;
}

const INDEX_BYTES_MAX = 64 * 1024 ** 2;

/**
 * The repository in a folder, or null when it is none: there is no index, or it is one of something else.
 * @throws PlimsollError LIMIT_EXCEEDED
 */
export async function openVexRepository(
  folder: string,
  name: string,
  tier: TrustTier,
  indexBytesMax = INDEX_BYTES_MAX,
): Promise<VexRepository | null> {
  const path = join(folder, "index.json");
  const facts = await stat(path).catch(() => null);
  if (facts === null || !facts.isFile()) return null;
  if (facts.size > indexBytesMax)
    throw new PlimsollError(
      "LIMIT_EXCEEDED",
      `${printable(name)}: index.json may have ${indexBytesMax} bytes.`,
      {
        details: { limit: "indexBytesMax", max: indexBytesMax },
      },
    );
  const index = readRepositoryIndex(parse(await readFile(path, "utf8")));
  if (index === null) return null;
  return { name, entries: index.entries, tier, read: ({ location }) => readInside(folder, location) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // An index of something else, which the caller passes over like any other file.
    return null;
  }
}

export interface RepositoryReading {
  readonly statements: readonly VexStatement[];
  readonly problems: readonly Problem[];
}

/**
 * The statements about the image or any of its packages. Of several repositories the first that has a document of a package speaks
 * about it, as the specification asks (4.1); statements within one are weighed by the rule of all.
 */
export async function readVexRepositories(
  repositories: readonly VexRepository[],
  image: VexImageIdentity,
  packages: readonly Package[],
): Promise<RepositoryReading> {
  const taken = new Set<string>();
  const readings: RepositoryReading[] = [];
  for (const repository of repositories) {
    const fit = fitting(repository.entries, image, packages).filter(({ id }) => !taken.has(id));
    readings.push(await readEntries(repository, fit));
    for (const { id } of fit) taken.add(id);
  }
  return {
    statements: readings.flatMap(({ statements }) => statements),
    problems: readings.flatMap(({ problems }) => problems),
  };
}

async function readEntries(
  { name, tier, read }: VexRepository,
  entries: readonly RepositoryEntry[],
): Promise<RepositoryReading> {
  const statements: VexStatement[] = [];
  const problems: Problem[] = [];
  const locations = new Set<string>();
  for (const entry of entries) {
    const { id, location } = entry;
    if (locations.has(location)) continue;
    locations.add(location);
    const shown = `${name}/${location}`;
    try {
      const reading = readVexDocument(await read(entry), shown);
      problems.push(...reading.problems);
      for (const each of reading.statements) statements.push({ ...each, tier, origin: "repository" });
    } catch (error) {
      if (!(error instanceof PlimsollError)) throw error;
      const message = printable(`${shown}, listed for ${id}: ${error.message}`);
      problems.push({ code: "VEX_STATEMENT_INVALID", message, path: null, layer: null });
    }
  }
  return { statements, problems };
}

/** Packages are looked up by type and name, so that a large repository costs one look at each entry. */
function fitting(
  entries: readonly RepositoryEntry[],
  image: VexImageIdentity,
  packages: readonly Package[],
): readonly RepositoryEntry[] {
  const subjects = Map.groupBy(
    packages.map(packageSubject).flatMap((subject) =>
      subject.names
        .keys()
        .map((own) => ({ own, subject }))
        .toArray(),
    ),
    ({ own, subject }) => `${subject.type}/${own}`,
  );
  return entries.filter(({ id }) => {
    const purl = readPurl(id);
    if (purl === null) return false;
    const imageId = imageIdOfPurl(purl);
    if (imageId !== null) return imageMatch(imageId, image) !== null;
    const candidates = subjects.get(`${purl.type}/${purl.name}`) ?? [];
    return candidates.some(({ subject }) => packageMatch(purl, subject) !== null);
  });
}

/** The location is the index's word: it stays below the folder. @throws PlimsollError FILE_NOT_FOUND, LIMIT_EXCEEDED */
async function readInside(folder: string, location: string): Promise<Uint8Array> {
  const path = normalize(location);
  if (isAbsolute(path) || path.split(/[/\\]/).includes("..")) {
    throw new PlimsollError("FILE_NOT_FOUND", "the location leads out of the repository");
  }
  const full = join(folder, path);
  const facts = await stat(full).catch(() => null);
  if (facts === null || !facts.isFile()) throw new PlimsollError("FILE_NOT_FOUND", "there is no such file");
  if (facts.size > DOCUMENT_BYTES_MAX) throw new PlimsollError("LIMIT_EXCEEDED", "the document is too large");
  return readFile(full);
}
