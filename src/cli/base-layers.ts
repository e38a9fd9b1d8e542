/** Which layers of an image are its base's: those of the base image, where they come first in the image. */
import { PlimsollError } from "../domain/error.ts";
import type { ResolvedImage } from "../domain/image.ts";
import type { Package } from "../domain/package.ts";
import type { BaseImageFacts } from "../domain/policy.ts";
import { findKnownBases } from "../analysis/known-bases.ts";
import { openImage } from "../image/open.ts";
import type { CliContext } from "./context.ts";
import { knownImages } from "./known-images.ts";
import { resolveOptions, type ImageOptions } from "./options/image.ts";

export type BaseLayers =
  | { readonly kind: "known"; readonly name: string; readonly layerCount: number }
  /** `reason` completes "…: the base image is unknown". */
  | { readonly kind: "unknown"; readonly reason: string };

export interface BaseQuestion {
  readonly image: ResolvedImage;
  readonly baseImage: BaseImageFacts | null;
  readonly baseImageReason: string | null;
  /** A reference that the user says is the base; null: what the image tells. */
  readonly named: string | null;
  readonly options: ImageOptions;
}

/**
 * Asks for the base image, its configuration and no layer. A claim of a label is not followed (ADR 11): the user may name the base,
 * and whatever names it, its layers are compared.
 * @throws PlimsollError when a base that the user named cannot be opened
 */
export async function findBaseLayers(context: CliContext, question: BaseQuestion): Promise<BaseLayers> {
  const { image, baseImage, named } = question;
  if (image.layers.length === 0) return unknown("what was read has no layers");
  if (named !== null) return compareLayers(context, question, named, named);
  if (baseImage === null) return unknown(question.baseImageReason ?? "nothing tells of a base image");
  const { name, tag, digest, evidence, claimedBy, scratch } = baseImage;
  const known = scratch ? null : await findKnown(context, image, baseImage);
  if (known !== null) return known;
  if (evidence === "claimed" && claimedBy !== "layers") {
    return unknown(
      `${scratch ? "scratch" : name} is only claimed as the base image; --base-image names it for certain`,
    );
  }
  if (scratch) return { kind: "known", name: "scratch", layerCount: 0 };
  if (context.config.isOffline)
    return unknown("PLIMSOLL_OFFLINE is set, so no registry was asked for the base image");
  const title = `${name}${tag === null ? "" : `:${tag}`}`;
  const reference = digest === null ? title : `${name}@${digest}`;
  try {
    return await compareLayers(context, question, `registry://${reference}`, title);
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    return unknown(`the base image ${title} could not be asked for: ${error.message}`);
  }
}

/** Among the images of this machine, whose layers are compared as those of a registry would be. */
async function findKnown(
  context: CliContext,
  image: ResolvedImage,
  { name, digest, evidence, claimedBy }: BaseImageFacts,
): Promise<BaseLayers | null> {
  const bases = await findKnownBases(image, knownImages(context));
  const byLayers = evidence === "layers" || claimedBy === "layers";
  const base = bases.findLast(
    (known) =>
      known.repository === name && (byLayers || known.digest === digest || known.indexDigest === digest),
  );
  if (base === undefined || (evidence === "claimed" && !byLayers)) return null;
  const title = `${base.repository}${base.tag === null ? "" : `:${base.tag}`}`;
  return { kind: "known", name: title, layerCount: base.layerCount };
}

async function compareLayers(
  context: CliContext,
  { image, options }: BaseQuestion,
  reference: string,
  name: string,
): Promise<BaseLayers> {
  const { ref: _ofTheImage, ...rest } = options;
  const { registry, ...access } = resolveOptions(context, rest, image.config.platform);
  const opened = await openImage(reference, {
    ...access,
    // A sign-in that was given for the image itself is not sent elsewhere.
    ...(registry === undefined ? {} : { registry: { ...registry, explicit: null } }),
  });
  try {
    const layers = opened.image.layers.map(({ diffId }) => diffId);
    const comesFirst = layers.every((diffId, index) => image.layers[index]?.diffId === diffId);
    if (layers.length > 0 && comesFirst) return { kind: "known", name, layerCount: layers.length };
    return unknown(
      `the layers of ${name} do not come first in the image; it may have another version of it as its base`,
    );
  } finally {
    await opened.close();
  }
}

function unknown(reason: string): BaseLayers {
  return { kind: "unknown", reason };
}

/** Whether some or every place of a package lies in the lowest `layerCount` layers. A place in no layer is none of the base's. */
export function isFromBase(
  { evidence }: Pick<Package, "evidence">,
  layerCount: number,
  which: "some" | "every",
): boolean {
  const isBase = ({ layerIndex }: Package["evidence"][number]): boolean =>
    layerIndex !== null && layerIndex < layerCount;
  return which === "some" ? evidence.some(isBase) : evidence.length > 0 && evidence.every(isBase);
}
