/**
 * Steps 2 and 3, or what stands in for them: the cache by digest, or an SBOM document.
 * An inventory enters the cache only when every byte it rests on was verified in this run, and nothing is missing from it.
 */
import type { ImageFiles, Inspector, WantsFile } from "../domain/files.ts";
import type { ResolvedImage } from "../domain/image.ts";
import type { Sbom } from "../domain/package.ts";
import type { LayerCache } from "../domain/ports.ts";
import {
  catalogPackages,
  inspectorsOf,
  keepsHistory,
  producersOf,
  wantsFile,
} from "../ecosystems/catalog.ts";
import type { CatalogMode } from "../ecosystems/types.ts";
import type { OpenedImage } from "../image/types.ts";
import { parseReference } from "../oci/reference.ts";
import type { AnalyzeOptions } from "./options.ts";
import type { Stopwatch } from "./stopwatch.ts";

export interface InventoryResult {
  /** The opened image; for a document, with what the document says of its subject. */
  readonly image: ResolvedImage;
  readonly sbom: Sbom;
  readonly fromCache: boolean;
  /** The content of every layer was compared with its diff ID: in this run, with `verify`, or when it entered the cache. */
  readonly contentProved: boolean;
}

/** @throws PlimsollError when the source as a whole cannot be read */
export async function takeInventory(
  opened: OpenedImage,
  options: Pick<AnalyzeOptions, "cache" | "layersFor" | "limits" | "verify" | "monotonicMs" | "signal">,
  watch: Stopwatch,
): Promise<InventoryResult> {
  if (opened.document !== null) return fromDocument(opened.image, opened.document, watch);
  const mode: CatalogMode = opened.readFolder !== null && !opened.isRootFileSystem ? "sources" : "installed";
  const digest = cacheKey(opened, options.verify);
  const producers = producersOf(mode);
  const cached = digest === null ? null : ((await options.cache?.get(digest, producers)) ?? null);
  // Who asks for proof gets no inventory that was taken without.
  if (cached !== null && (cached.contentProved || !options.verify)) {
    const { sbom, contentProved } = cached;
    watch.lap("unpack", 0);
    watch.lap("catalog", sbom.packages.length);
    return { image: opened.image, sbom, fromCache: true, contentProved };
  }

  const readers = { wants: wantsFile(mode), inspectors: inspectorsOf(mode) };
  const files =
    opened.readFolder === null
      ? await unpackLayers(opened, readers, { ...options, cache: options.layersFor?.(producers) ?? null })
      : await opened.readFolder(readers.wants, readers.inspectors);
  watch.lap("unpack", files.fileCount);

  const sbom = catalogPackages(files, mode);
  watch.lap("catalog", sbom.packages.length);
  const contentProved = options.verify && sbom.verification === "verified";
  if (digest !== null && sbom.verification === "verified" && sbom.completeness === "complete") {
    await options.cache?.put(digest, { sbom, contentProved });
  }
  return { image: opened.image, sbom, fromCache: false, contentProved };
}

/** Loaded on demand: an inventory from the cache needs no decoders and no thread that hashes. */
async function unpackLayers(
  opened: OpenedImage,
  { wants, inspectors }: { readonly wants: WantsFile; readonly inspectors: readonly Inspector[] },
  options: Pick<AnalyzeOptions, "limits" | "verify" | "monotonicMs" | "signal"> & {
    readonly cache: LayerCache | null;
  },
): Promise<ImageFiles> {
  const { unpack } = await import("../image/unpack.ts");
  const { limits, verify, monotonicMs, signal, cache } = options;
  const how = { limits, verify, signal, now: monotonicMs, cache };
  return unpack(opened.blobs, { wants, keepsHistory, inspectors, ...how });
}

/**
 * A document tells what somebody else found: whatever it says of its own verification, nothing was verified here, and at best
 * that is not asked of a document.
 */
async function fromDocument(
  image: ResolvedImage,
  document: Uint8Array,
  watch: Stopwatch,
): Promise<InventoryResult> {
  // Loaded on demand: the readers of all formats are of no use to an image.
  const { readSbom } = await import("../sbom/read-document.ts");
  const { sbom, subjectName, subjectDigest } = readSbom(document);
  watch.lap("unpack", 0);
  watch.lap("catalog", sbom.packages.length);
  const verification = sbom.verification === "unverified" ? "unverified" : "not_applicable";
  const subject = { ...image, ...nameOf(subjectName), digest: subjectDigest };
  return { image: subject, sbom: { ...sbom, verification }, fromCache: false, contentProved: false };
}

/** Repository and tag of the subject where its name is an image reference; any other name is left alone. */
function nameOf(subjectName: string | null): Pick<ResolvedImage, "repository" | "tag"> {
  try {
    const { repository, tag } = parseReference(subjectName ?? "");
    return { repository, tag };
  } catch {
    return { repository: null, tag: null };
  }
}

/**
 * The digest that names the content, or null where content may differ from its name: a docker archive is read by seeking and
 * proves its layers only when asked to, so a cached inventory would speak for bytes that nobody looked at.
 */
function cacheKey(opened: OpenedImage, verify: boolean): string | null {
  if (opened.blobs.some((blob) => blob.proof.of === "content") && !verify) return null;
  return opened.readFolder === null ? opened.image.digest : null;
}
