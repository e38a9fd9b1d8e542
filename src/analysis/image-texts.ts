/** What of an image may hold secrets of its build: taken out, and put back without them. */
import type { Attestation, ImageConfig, ResolvedImage } from "../domain/image.ts";

/** Plain JSON. */
export interface ImageTexts {
  readonly config: ImageConfig;
  /** Of each layer, in their order: its command, and the lines of its build file. */
  readonly layers: readonly { readonly command: string | null; readonly source: string | null }[];
  /** Predicates of the provenances among the attestations, in their order. */
  readonly provenances: readonly unknown[];
}

export function textsOf({ config, layers, attestations }: ResolvedImage): ImageTexts {
  return {
    config,
    layers: layers.map(({ command, source }) => ({ command, source: source?.text ?? null })),
    provenances: (attestations ?? []).filter(isProvenance).map(({ predicate }) => predicate),
  };
}

/** The same image with these texts, which must be of this image. */
export function withTexts(image: ResolvedImage, texts: ImageTexts): ResolvedImage {
  const provenances = texts.provenances.values();
  return {
    ...image,
    config: texts.config,
    layers: image.layers.map((layer, index) => {
      const { command = null, source = null } = texts.layers[index] ?? {};
      return {
        ...layer,
        command,
        ...(layer.source === undefined ? {} : { source: { ...layer.source, text: source ?? "" } }),
      };
    }),
    attestations:
      image.attestations?.map((attestation) =>
        isProvenance(attestation) ? { ...attestation, predicate: provenances.next().value } : attestation,
      ) ?? null,
  };
}

/** Other attestations are lists of packages and the like: long, and without commands. */
function isProvenance({ predicateType }: Attestation): boolean {
  return predicateType.includes("provenance");
}
