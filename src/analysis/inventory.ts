/**
 * Steps 2 and 3, or what stands in for them: the cache by digest, or an SBOM document.
 * An inventory enters the cache only when every byte it rests on was verified in this run, and what is missing from it, if
 * anything, would be missing again: it lies in the image.
 */
import type { ResolvedImage } from "../domain/image.ts";
import type { Sbom } from "../domain/package.ts";
import { producersOf } from "../ecosystems/look-up.ts";
import type { CatalogMode } from "../ecosystems/types.ts";
import type { OpenedImage } from "../image/types.ts";
import type { Wall } from "../io/walled-process.ts";
import { parseReference } from "../oci/reference.ts";
import { isLasting } from "./lasting-problems.ts";
import type { InventoryOptions } from "./options.ts";
import type { Stopwatch } from "./stopwatch.ts";

export interface InventoryResult {
  /** The opened image; for a document, with what the document says of its subject. */
  readonly image: ResolvedImage;
  readonly sbom: Sbom;
  readonly fromCache: boolean;
  /** The content of every layer was compared with its diff ID: in this run, with `verify`, or when it entered the cache. */
  readonly contentProved: boolean;
  /** The wall behind which the image was read in this run; null: nothing was read, or here. */
  readonly sandbox: Wall | null;
}

/** @throws PlimsollError when the source as a whole cannot be read */
export async function takeInventory(
  opened: OpenedImage,
  options: InventoryOptions,
  watch: Stopwatch,
): Promise<InventoryResult> {
  const { inventory: choice } = options;
  if (choice === undefined) return readInventory(opened, options, watch);
  // Loaded on demand: few ask for attached SBOMs.
  const { attestedInventory, withStagesOf } = await import("./attested-inventory.ts");
  const { attestedSboms } = await import("../sbom/attested.ts");
  const attested = attestedSboms(opened.image);
  const own = choice.useAttestedSbom ? attestedInventory(attested) : null;
  const { sbom, ...rest } =
    own === null
      ? await readInventory(opened, options, watch)
      : { sbom: own, image: opened.image, fromCache: false, contentProved: false, sandbox: null };
  if (own !== null) {
    watch.lap("unpack", 0);
    watch.lap("catalog", own.packages.length);
  }
  return { ...rest, sbom: withStagesOf(sbom, attested, choice) };
}

async function readInventory(
  opened: OpenedImage,
  options: InventoryOptions,
  watch: Stopwatch,
): Promise<InventoryResult> {
  if (opened.document !== null) return fromDocument(opened.image, opened.document, watch);
  const mode: CatalogMode = opened.readFolder !== null && !opened.isRootFileSystem ? "sources" : "installed";
  const digest = cacheKey(opened, options.verify);
  const producers = { ...producersOf(mode), ...depthMarks(options) };
  const cached = digest === null ? null : ((await options.cache?.get(digest, producers)) ?? null);
  // Who asks for proof gets no inventory that was taken without.
  if (cached !== null && (cached.contentProved || !options.verify)) {
    const { sbom, contentProved } = cached;
    watch.lap("unpack", 0);
    watch.lap("catalog", sbom.packages.length);
    return { image: opened.image, sbom, fromCache: true, contentProved, sandbox: null };
  }

  // Loaded on demand: an inventory from the cache needs no reader, and no process that reads.
  const { readFiles } = await import("./read-files.ts");
  const { sbom: read, fileCount, wall } = await readFiles(opened, mode, producers, options);
  const sbom = { ...read, producers };
  watch.lap("unpack", fileCount);
  watch.lap("catalog", sbom.packages.length);
  const contentProved = options.verify && sbom.verification === "verified";
  if (digest !== null && sbom.verification === "verified" && sbom.problems.every(isLasting)) {
    await options.cache?.put(digest, { sbom, contentProved });
  }
  return { image: opened.image, sbom, fromCache: false, contentProved, sandbox: wall };
}

/** An inventory that tells more is another one to the cache. */
function depthMarks({ depth }: InventoryOptions): Readonly<Record<string, number>> {
  return {
    ...(depth?.checksFiles === true ? { "check-files": 1 } : {}),
    ...(depth?.listsRemoved === true ? { "all-layers": 1 } : {}),
  };
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
  const { sbom, subjectName, subjectDigest, format } = readSbom(document);
  watch.lap("unpack", 0);
  watch.lap("catalog", sbom.packages.length);
  const verification = sbom.verification === "unverified" ? "unverified" : "not_applicable";
  const subject = { ...image, ...nameOf(subjectName), digest: subjectDigest };
  const read: Sbom = { ...sbom, verification, origin: { kind: "document", format } };
  return { image: subject, sbom: read, fromCache: false, contentProved: false, sandbox: null };
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
