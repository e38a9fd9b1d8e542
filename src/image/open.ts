/**
 * From what a user types to an opened image: the prefix chooses the source, and nothing is guessed.
 * `oci-dir://./layout`, `archive://image.tar`, `fs://.`, `sbom://-`, `registry://alpine:3.20`, `local://alpine:3.20`,
 * `containerd://alpine:3.20`; without prefix: an engine or store of this machine that has it, else a registry.
 */
import { stat } from "node:fs/promises";
import { printable } from "../domain/problem.ts";
import { OciError } from "../oci/error.ts";
import { parseReference } from "../oci/reference.ts";
import * as all from "./all.ts";
import type { OpenedImage, ResolveOptions, Source } from "./types.ts";

const LAST = Number.MAX_SAFE_INTEGER;
const sources: readonly Source[] = Object.values(all).toSorted(
  (a: Source, b: Source) => (a.turn ?? LAST) - (b.turn ?? LAST),
);

/** Prefixes that sources serve, sorted: `archive`, `fs`, … */
export const schemes: readonly string[] = sources.flatMap((source) => source.schemes).toSorted();

/** The source a reference names, and the rest of it. */
export interface ParsedSource {
  readonly source: Source;
  readonly location: string;
  /** Without a prefix, and with `image://`: sources of this machine are asked first. */
  readonly isAnywhere: boolean;
}

/**
 * Opens an image, archive, folder or document. The caller closes it.
 * @throws OciError SOURCE_UNSUPPORTED, REFERENCE_INVALID, SOURCE_NOT_FOUND, and what the source throws
 */
export async function openImage(reference: string, options: ResolveOptions): Promise<OpenedImage> {
  const { source, location, isAnywhere } = parseSource(reference);
  if (!reference.includes("://")) await refusePath(reference);
  const opened =
    (isAnywhere ? await findHere(location, options) : null) ?? (await source.open(location, options));
  return { ...opened, image: { ...opened.image, reference } };
}

/**
 * `local://…` or `containerd://…` of the image that was built last on this machine: of the first store that has one.
 * @throws OciError ENGINE_UNREACHABLE, SOURCE_NOT_FOUND, of the first store that was asked
 */
export async function newestLocalImage(options: ResolveOptions): Promise<string> {
  const failures: unknown[] = [];
  for (const source of sources) {
    try {
      const newest = (await source.findNewest?.(options)) ?? null;
      if (newest !== null) return newest;
    } catch (error) {
      if (!(error instanceof OciError)) throw error;
      failures.push(error);
    }
  }
  throw failures[0] ?? new OciError("SOURCE_UNSUPPORTED", "No source knows the images of this machine.");
}

async function findHere(location: string, options: ResolveOptions): Promise<OpenedImage | null> {
  // A path or a slip of the pen is refused before anybody is asked.
  parseReference(location);
  for (const source of sources) {
    const found = (await source.find?.(location, options)) ?? null;
    if (found !== null) return found;
  }
  return null;
}

/** Splits `archive://image.tar`. @throws OciError SOURCE_UNSUPPORTED for an unknown prefix */
export function parseSource(reference: string): ParsedSource {
  const at = reference.indexOf("://");
  const scheme = at === -1 ? "image" : reference.slice(0, at);
  const location = at === -1 ? reference : reference.slice(at + 3);
  const source = sources.find((candidate) => candidate.schemes.includes(scheme));
  if (source !== undefined) return { source, location, isAnywhere: scheme === "image" };
  const why = `There is no source "${printable(scheme, 40)}"; there is ${schemes.join("://, ")}://`;
  throw new OciError("SOURCE_UNSUPPORTED", `${why}.`, { details: { scheme: printable(scheme, 40) } });
}

/** A path without a prefix is nearly always a slip: say so instead of asking a registry for it. */
async function refusePath(reference: string): Promise<void> {
  const found = await stat(reference).catch(() => null);
  const looksLikePath =
    /^(?:[./~]|[A-Za-z]:\\)/.test(reference) || /\.(?:tar|tgz|tar\.gz|json)$/.test(reference);
  if (found === null) {
    if (!looksLikePath) return;
    const name = printable(reference);
    throw new OciError(
      "SOURCE_NOT_FOUND",
      `There is no file or folder ${name}, and it is no image reference.`,
    );
  }
  // A folder `alpine` in the working directory must not stand in the way of the image `alpine`.
  const hint = await hintFor(reference, found.isDirectory());
  if (!looksLikePath && hint !== "oci-dir") return;
  throw new OciError(
    "REFERENCE_INVALID",
    `${printable(reference)} is a path, not an image reference: write ${hint}://${printable(reference)}.`,
    { details: { hint } },
  );
}

async function hintFor(path: string, isFolder: boolean): Promise<string> {
  if (!isFolder) return path.endsWith(".json") ? "sbom" : "archive";
  return (await stat(`${path}/oci-layout`).catch(() => null)) === null ? "fs" : "oci-dir";
}
