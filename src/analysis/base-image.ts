/**
 * What the image was built on, and how that is known. In this order: provenance whose signature was verified; a known image
 * whose layers come first; provenance without a verified signature, where the caller accepts it; and what is only claimed.
 * Whoever builds an image can write its labels, its annotations and a provenance of his own; the layers he cannot choose.
 */
import { chainIds } from "../domain/chain-id.ts";
import { historyIds } from "../domain/history-id.ts";
import type { Attestation, BaseImage, ResolvedImage } from "../domain/image.ts";
import type { BaseByLayers, KnownBase } from "../domain/ports.ts";
import { isProvenanceType } from "../domain/predicate-types.ts";
import { namedImage } from "./base-name.ts";
import { baseFromProvenance, type ProvenanceBase } from "./provenance-base.ts";

export interface BaseEvidence {
  /** The layers' content was compared with their diff IDs. Without that a config could name the layers of any other image. */
  readonly contentProved: boolean;
  /** Null: known images cannot be asked. */
  readonly findBaseByLayers: BaseByLayers | null;
  /**
   * Known images are asked without `contentProved` too, and what they answer is only claimed then. Absent: they are not, as an answer
   * would name an image to whoever wrote a configuration.
   */
  readonly claimsByLayers?: boolean;
  /** Provenance counts although no signature over it was verified; else it only claims. */
  readonly acceptsUnsignedProvenance: boolean;
}

export type BaseImageAnswer =
  /** `layerCount`: layers that are the base's; absent: not known. */
  | { readonly kind: "base"; readonly base: BaseImage & { readonly layerCount?: number } }
  /** Provenance says that the image starts from nothing. */
  | { readonly kind: "scratch"; readonly evidence: "provenance" | "claimed" }
  | { readonly kind: "unknown"; readonly reason: string };

type AskedImage = Pick<ResolvedImage, "attestations" | "digest" | "annotations" | "config" | "layers">;

/** The best evidence there is. */
export async function findBaseImage(image: AskedImage, evidence: BaseEvidence): Promise<BaseImageAnswer> {
  const provenances = provenancesOf(image);
  const verified = fromProvenances(provenances.filter(({ trust }) => trust === "verified"));
  const unsigned = fromProvenances(provenances.filter(({ trust }) => trust === "unsigned"));
  if (verified !== null && verified.kind !== "unclear") return toAnswer(verified, "provenance");

  const byLayers = await baseByLayers(image, evidence);
  if (byLayers !== null && byLayers.isUnproved !== true) {
    const { name, tag, digest, layerCount } = byLayers;
    const base = { name, tag, digest, evidence: "layers", claimedBy: null } as const;
    return { kind: "base", base: layerCount === undefined ? base : { ...base, layerCount } };
  }

  if (unsigned !== null && unsigned.kind !== "unclear") {
    return toAnswer(unsigned, evidence.acceptsUnsignedProvenance ? "provenance" : "claimed");
  }
  const claimed = await claimByLayers(image, evidence);
  if (claimed !== null) return claimed;
  return (
    fromClaim(image.annotations, "annotation") ??
    fromClaim(image.config.labels, "label") ?? {
      kind: "unknown",
      reason: verified?.reason ?? unsigned?.reason ?? unknownReason(evidence),
    }
  );
}

function unknownReason({ findBaseByLayers, contentProved }: BaseEvidence): string {
  const unnamed = "the base image is unknown: no provenance, label or annotation names it";
  if (findBaseByLayers === null) return unnamed;
  const layers = contentProved ? "its layers begin" : "the list of its layers begins";
  return `${unnamed}, and ${layers} with no known image; plimsoll base add makes one known`;
}

/** Provenance about this very image, whoever wrote it. */
export function provenancesOf({
  attestations,
  digest,
}: Pick<ResolvedImage, "attestations" | "digest">): readonly Attestation[] {
  return (attestations ?? []).filter(
    ({ predicateType, subjectDigests }) =>
      isProvenanceType(predicateType) && digest !== null && subjectDigests.includes(digest),
  );
}

/** The first that names a base or scratch; else why the first does not; null: there is none. */
function fromProvenances(provenances: readonly Attestation[]): ProvenanceBase | null {
  let unclear: ProvenanceBase | null = null;
  for (const { predicate } of provenances) {
    const said = baseFromProvenance(predicate);
    if (said.kind !== "unclear") return said;
    unclear ??= said;
  }
  return unclear;
}

/** What configurations list, its own or the known image's; a runtime would refuse layers that are others. */
async function claimByLayers(image: AskedImage, evidence: BaseEvidence): Promise<BaseImageAnswer | null> {
  if (evidence.claimsByLayers !== true) return null;
  const known = await baseByLayers(image, { ...evidence, contentProved: true });
  if (known === null) return null;
  const { name, tag, digest } = known;
  return { kind: "base", base: { name, tag, digest, evidence: "claimed", claimedBy: "layers" } };
}

async function baseByLayers(
  { layers, digest, config }: AskedImage,
  { contentProved, findBaseByLayers }: BaseEvidence,
): Promise<KnownBase | null> {
  if (findBaseByLayers === null || !contentProved || layers.length === 0) return null;
  const chain = chainIds(layers.map(({ diffId }) => diffId));
  return findBaseByLayers(chain, { digest, historyIds: historyIds(config.history) });
}

function toAnswer(
  said: Exclude<ProvenanceBase, { kind: "unclear" }>,
  evidence: BaseImage["evidence"],
): BaseImageAnswer {
  if (said.kind === "scratch") {
    return { kind: "scratch", evidence: evidence === "claimed" ? "claimed" : "provenance" };
  }
  const { name, tag, digest } = said.base;
  const claimedBy = evidence === "claimed" ? "provenance" : null;
  return { kind: "base", base: { name, tag, digest, evidence, claimedBy } };
}

/** Labels and annotations of the OCI image specification; buildah writes both as empty strings for FROM scratch. */
function fromClaim(
  claims: Readonly<Record<string, string>>,
  claimedBy: "annotation" | "label",
): BaseImageAnswer | null {
  const name = claims["org.opencontainers.image.base.name"] ?? "";
  const digest = claims["org.opencontainers.image.base.digest"] ?? "";
  if (name === "") return null;
  const base = namedImage(name, SHA256.test(digest) ? digest : null);
  return base === null ? null : { kind: "base", base: { ...base, evidence: "claimed", claimedBy } };
}

const SHA256 = /^sha256:[0-9a-f]{64}$/;
