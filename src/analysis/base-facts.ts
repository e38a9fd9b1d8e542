/**
 * What is known of the base image: its name by `base-image.ts`, where its tag points now, and what its registry and lists tell of it.
 * A base that is only claimed is asked about nowhere.
 */
import type { BaseImage, ResolvedImage } from "../domain/image.ts";
import type { BaseImageFacts } from "../domain/policy.ts";
import type { BaseAttestationSource, BaseLayersSource, BaseSupportSource } from "../domain/policy-ports.ts";
import type { TagResolver } from "../domain/ports.ts";
import { findBaseImage, type BaseEvidence } from "./base-image.ts";

export interface BaseSources extends BaseEvidence {
  readonly image: ResolvedImage;
  readonly resolveTag: TagResolver | null;
  /** Asked about the base; absent: no policy wants the answer. */
  readonly findBaseAttestations?: BaseAttestationSource;
  readonly findBaseSupport?: BaseSupportSource;
  readonly findBaseLayers?: BaseLayersSource;
}

/** The base with everything that the sources tell of it; `reason`: why it is not known. */
export async function assembleBase(
  sources: BaseSources,
): Promise<{ readonly facts: BaseImageFacts | null; readonly reason: string }> {
  const { image } = sources;
  const answer = await findBaseImage(image, sources);
  if (answer.kind === "unknown") return { facts: null, reason: answer.reason };
  if (answer.kind === "scratch") return { facts: scratchFacts(answer.evidence), reason: "" };
  const { base } = answer;
  const current = await resolveCurrent(base, sources.resolveTag);
  const attested = await askBaseAttestations(base, sources.findBaseAttestations);
  const supported = await askBaseSupport(base, sources.findBaseSupport);
  const layers = await askBaseLayers(base, sources);
  return { facts: { ...base, ...current, ...attested, ...supported, ...layers, scratch: false }, reason: "" };
}

/** Layers prove themselves: those of the base count where they come first in the image. */
async function askBaseLayers(
  base: BaseImage & { readonly layerCount?: number },
  { findBaseLayers, image }: BaseSources,
): Promise<Pick<BaseImageFacts, "layerCount" | "layersReason">> {
  if (findBaseLayers === undefined || base.layerCount !== undefined || base.evidence === "claimed") return {};
  const answer = await findBaseLayers(base);
  if ("reason" in answer) return { layersReason: answer.reason };
  const { value: layers } = answer;
  const comeFirst =
    layers.length > 0 && layers.every((layer, index) => image.layers[index]?.diffId === layer);
  return comeFirst
    ? { layerCount: layers.length }
    : { layersReason: `the layers of ${base.name} do not come first in the image` };
}

async function askBaseSupport(
  base: BaseImage,
  ask: BaseSupportSource | undefined,
): Promise<Pick<BaseImageFacts, "support" | "supportReason">> {
  if (ask === undefined || base.evidence === "claimed") return {};
  const answer = await ask(base);
  return "value" in answer ? { support: answer.value } : { support: null, supportReason: answer.reason };
}

async function askBaseAttestations(
  base: BaseImage,
  ask: BaseAttestationSource | undefined,
): Promise<Pick<BaseImageFacts, "attestations" | "attestationsReason">> {
  if (ask === undefined) return {};
  if (base.evidence === "claimed") return { attestations: null, attestationsReason: "base only claimed" };
  const answer = await ask(base);
  return "value" in answer
    ? { attestations: answer.value }
    : { attestations: null, attestationsReason: answer.reason };
}

async function resolveCurrent(
  { name, tag, evidence, claimedBy }: BaseImage,
  resolveTag: TagResolver | null,
): Promise<Pick<BaseImageFacts, "currentDigest" | "currentReason">> {
  // A registry is never contacted on the word of a label: whoever wrote it would choose where we connect. A base by its layers was named
  // by who asks.
  if (evidence === "claimed" && claimedBy !== "layers") {
    return {
      currentDigest: null,
      currentReason: claimedBy === "provenance" ? UNSIGNED : "base only claimed",
    };
  }
  if (tag === null) return { currentDigest: null, currentReason: "the tag of the base image is unknown" };
  if (resolveTag === null)
    return { currentDigest: null, currentReason: "registries are not asked in this run" };
  const answer = await resolveTag(name, tag);
  return "digest" in answer
    ? { currentDigest: answer.digest, currentReason: null }
    : { currentDigest: null, currentReason: answer.reason };
}

const UNSIGNED = "named only by unsigned provenance";

function scratchFacts(evidence: "provenance" | "claimed"): BaseImageFacts {
  const isClaimed = evidence === "claimed";
  return {
    name: "scratch",
    tag: null,
    digest: null,
    evidence,
    claimedBy: isClaimed ? "provenance" : null,
    currentDigest: null,
    currentReason: isClaimed ? UNSIGNED : null,
    scratch: true,
  };
}
