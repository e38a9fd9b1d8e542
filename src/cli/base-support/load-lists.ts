/**
 * Loads the library files of the Docker Official Images, which list the tags that are kept up: from the archive of
 * docker-library/official-images, a mirror of it, a file, or a folder with a copy.
 */
import { readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { readTagFiles, type TagFile } from "../../config/tag-files.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { publicUrl } from "../../io/http-failure.ts";
import { httpBytes } from "../../io/http.ts";
import { readTarGz } from "../../io/read-tar-gz.ts";
import { readTagLists } from "../../policies/shared/supported-tags.ts";
import type { CliContext } from "../context.ts";
import type { KeptLists } from "./kept-lists.ts";

export const officialImages =
  "https://github.com/docker-library/official-images/archive/refs/heads/master.tar.gz";

const ARCHIVE_BYTES_MAX = 64 * 1024 ** 2;
const INFLATED_BYTES_MAX = 256 * 1024 ** 2;
const FILES_MAX = 2_000;
const TIMEOUT_MS = 5 * 60_000;

/** @throws PlimsollError USAGE offline, HTTP_FAILED, FILE_NOT_FOUND, CONFIG_INVALID, DOCUMENT_INVALID when no list is in it */
export async function loadTagLists(context: CliContext, from: string): Promise<KeptLists> {
  const isAddress = /^https?:\/\//.test(from);
  const files = isAddress
    ? await filesIn(await fetchArchive(context, from), publicUrl(from))
    : await localFiles(context, from);
  const lists = files
    .flatMap(({ name, text }) => readTagLists(name, text))
    .filter(({ tags }) => tags.length > 0);
  const shown = isAddress ? publicUrl(from) : from;
  if (lists.length === 0) throw invalid(shown, "holds no list of supported tags");
  return { loadedAt: context.clock().toISOString(), from: shown, lists };
}

async function fetchArchive({ config }: CliContext, url: string): Promise<Uint8Array> {
  if (config.isOffline) {
    throw new PlimsollError(
      "USAGE",
      "PLIMSOLL_OFFLINE is set, so nothing is fetched: name a file or folder with --from.",
    );
  }
  const limits = { bodyBytesMax: ARCHIVE_BYTES_MAX, totalTimeoutMs: TIMEOUT_MS };
  return (await httpBytes({ url, limits })).bytes;
}

/** A folder: its `library/` where it has one, as a copy of the repository does. */
async function localFiles({ cwd }: CliContext, from: string): Promise<readonly TagFile[]> {
  const path = resolve(cwd, from);
  const found = await stat(path).catch(() => null);
  if (found === null) throw new PlimsollError("FILE_NOT_FOUND", `There is no ${printable(from)}.`);
  if (found.isDirectory()) {
    const library = join(path, "library");
    const hasLibrary = (await stat(library).catch(() => null))?.isDirectory() === true;
    return readTagFiles([hasLibrary ? library : path]);
  }
  if (found.size > ARCHIVE_BYTES_MAX) throw invalid(from, "is too large");
  return /\.(?:tar|tgz|tar\.gz)$/.test(path) ? filesIn(await readFile(path), from) : readTagFiles([path]);
}

async function filesIn(archive: Uint8Array, shown: string): Promise<readonly TagFile[]> {
  try {
    const files = await readTarGz(archive, {
      names: /(?:^|\/)library\/[^/.][^/]*$/,
      bytesMax: INFLATED_BYTES_MAX,
    });
    if (files.size > FILES_MAX) throw new Error(`there are more than ${FILES_MAX} files`);
    return [...files]
      .map(([path, bytes]) => ({ name: basename(path), text: Buffer.from(bytes).toString("utf8") }))
      .toSorted((left, right) => (left.name < right.name ? -1 : 1));
  } catch (error) {
    throw invalid(shown, `cannot be read: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

function invalid(from: string, why: string, cause?: unknown): PlimsollError {
  return new PlimsollError("DOCUMENT_INVALID", printable(`${from} ${why}.`, 500), { cause });
}
