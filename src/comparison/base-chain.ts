/** The images that an image was built on, each with the layers that it added. */
import type { BaseConfidence, BaseFacts, BaseLink } from "../domain/base-advice.ts";
import type { Analysis } from "../domain/analysis.ts";
import type { KnownImage } from "../domain/known-image.ts";
import type { Package } from "../domain/package.ts";
import type { BaseImageFacts } from "../domain/policy.ts";
import { isProvenanceType } from "../domain/predicate-types.ts";

/**
 * `known`: images whose layers come first, the lowest first. `layerCount`: layers of the base that the image names, where it was asked for;
 * null: it was not. A known image with more layers than that base is built on it, and no base of it.
 */
export function buildChain(
  analysis: Analysis,
  known: readonly KnownImage[],
  layerCount: number | null,
): readonly BaseLink[] {
  const { baseImage, contentProved } = analysis;
  if (baseImage !== null && baseImage.scratch) return [];
  const isProved = contentProved === true;
  const direct = baseImage === null ? null : findDirect(baseImage, known, layerCount);
  const below = known.filter(
    (image) => direct === null || direct.layerCount === null || image.layerCount < direct.layerCount,
  );
  const links = below.map((image): Sized => {
    const confidence = isProved && image.proved ? "proved" : "likely";
    const { repository: name, tag, indexDigest, digest } = image;
    const evidence = confidence === "proved" ? "layers" : "claimed";
    return { name, tag, digest: indexDigest ?? digest, evidence, confidence, layerCount: image.layerCount };
  });
  const top = baseImage === null || direct === null ? [] : [toLink(analysis, baseImage, direct.layerCount)];
  return withRanges([...links, ...top]);
}

interface Sized extends Omit<BaseLink, "layers"> {
  readonly layerCount: number | null;
}

/** The base that the image names: its layers are those of the known image with its digest, or of its name where layers named it. */
function findDirect(
  { name, digest, evidence, claimedBy }: BaseImageFacts,
  known: readonly KnownImage[],
  layerCount: number | null,
): { readonly layerCount: number | null } {
  const byLayers = evidence === "layers" || claimedBy === "layers";
  const found = known.findLast(
    (image) =>
      image.repository === name &&
      (byLayers || (digest !== null && [image.digest, image.indexDigest].includes(digest))),
  );
  return { layerCount: found?.layerCount ?? layerCount };
}

function toLink(analysis: Analysis, base: BaseImageFacts, layerCount: number | null): Sized {
  const { name, tag, digest, evidence } = base;
  return { name, tag, digest, evidence, confidence: confidenceOf(analysis, base), layerCount };
}

function confidenceOf({ image }: Analysis, { evidence, claimedBy }: BaseImageFacts): BaseConfidence {
  if (evidence === "layers") return "proved";
  if (evidence === "claimed")
    return claimedBy === "layers" || claimedBy === "provenance" ? "likely" : "claimed";
  const isSigned = (image.attestations ?? []).some(
    ({ predicateType, trust }) => isProvenanceType(predicateType) && trust === "verified",
  );
  return isSigned ? "proved" : "likely";
}

function withRanges(links: readonly Sized[]): readonly BaseLink[] {
  let first = 0;
  return links.map(({ layerCount, ...link }) => {
    const layers = layerCount === null || layerCount <= first ? null : { first, last: layerCount - 1 };
    first = layerCount ?? first;
    return { ...link, layers };
  });
}

/** Layers of all bases together; null: not known. */
export function baseLayerCount(chain: readonly BaseLink[]): number | null {
  const last = chain.at(-1)?.layers?.last;
  return last === undefined ? null : last + 1;
}

/** What the lowest layers brought. */
export function baseFacts({ image, sbom, findings }: Analysis, layerCount: number): BaseFacts {
  const isBase = ({ evidence }: Package): boolean =>
    evidence.some(({ layerIndex }) => layerIndex !== null && layerIndex < layerCount);
  return {
    packages: sbom.packages.filter(isBase),
    findings: findings?.filter((finding) => isBase(finding.package)) ?? null,
    sizeBytes: image.layers.slice(0, layerCount).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    layers: image.layers.slice(0, layerCount),
  };
}
