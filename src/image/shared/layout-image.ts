/**
 * An image of an OCI layout, whether its files lie in a folder or inside a tar.
 */
import type { SourceKind } from "../../domain/image.ts";
import { fetchAttestations } from "../../oci/attestations.ts";
import { OciError } from "../../oci/error.ts";
import type { FindFile } from "../../oci/file-range.ts";
import { openLayout } from "../../oci/layout.ts";
import { chooseInLayout } from "../../oci/layout-ref.ts";
import { type Descriptor, parseManifest } from "../../oci/manifest.ts";
import { type ImageRoot, selectImage } from "../../oci/select-image.ts";
import type { LayerBlob, OpenedImage, ResolveOptions } from "../types.ts";
import { openLayeredImage } from "./layered-image.ts";
import { platformWish } from "./platform-wish.ts";

export interface LayoutImageInput {
  readonly source: SourceKind;
  readonly location: string;
  readonly find: FindFile;
  readonly options: ResolveOptions;
  readonly close: () => Promise<void>;
}

/** @throws OciError SOURCE_INVALID, SOURCE_AMBIGUOUS, SOURCE_NOT_FOUND, PLATFORM_NOT_FOUND, DIGEST_MISMATCH, … */
export async function openLayoutImage(input: LayoutImageInput): Promise<OpenedImage> {
  const { content, index, findBlob } = await openLayout(input.find, input.location);
  const choice = chooseInLayout(index, input.options.ref);
  let root: ImageRoot;
  if (choice.root.kind === "index") root = { digest: null, manifest: { ...choice.root.index } };
  else {
    const { digest, mediaType, annotations } = choice.root.entry;
    const manifest = parseManifest(await content.fetchManifest(digest), mediaType);
    root = { digest, manifest: { ...manifest, annotations: { ...annotations, ...manifest.annotations } } };
  }
  const selected = await selectImage(content, root, platformWish(input.options));
  // Attestations may stand beside the image at the top, as well as in its own index.
  const entries = [...selected.entries, ...index.entries];
  const { findsSignatures, keepsStatements = false } = input.options;
  const search =
    findsSignatures === true ? { indexDigest: selected.indexDigest, keepsBytes: keepsStatements } : null;
  const { attestations, signed, problems } = await fetchAttestations(
    content,
    selected.digest,
    entries,
    search,
  );
  const { source, close } = input;
  return openLayeredImage({
    source,
    close,
    selected,
    attestations,
    ...(signed === undefined ? {} : { signed }),
    problems,
    reference: input.location,
    repository: choice.name?.repository ?? null,
    tag: choice.tag,
    contentOf: (layer) => contentOf(layer, findBlob, input.location),
  });
}

type FindBlob = Awaited<ReturnType<typeof openLayout>>["findBlob"];

/**
 * A layer that the layout does not hold is named by where it should be: it is missed when it is read, so that the other
 * layers still count.
 */
async function contentOf(
  layer: Descriptor,
  findBlob: FindBlob,
  location: string,
): Promise<LayerBlob["content"]> {
  try {
    return { kind: "file", ...(await findBlob(layer.digest)) };
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    const path = `${location}!/blobs/${layer.digest.replace(":", "/")}`;
    return { kind: "file", path, offset: 0, sizeBytes: layer.sizeBytes };
  }
}
