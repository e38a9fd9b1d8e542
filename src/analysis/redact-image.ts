/**
 * Build commands and environments hold secrets more often than files do, and reports, SBOMs and the server show them.
 */
import type { Layer, ResolvedImage } from "../domain/image.ts";
import { redactCommand, redactConfig } from "../secrets/configuration.ts";
import { redactAttestation } from "./redact-attestation.ts";

/** The image as it may be shown and kept: without the values of secrets in its configuration, commands and provenance. */
export function redactImage(image: ResolvedImage): ResolvedImage {
  return {
    ...image,
    config: redactConfig(image.config),
    layers: image.layers.map(redactLayer),
    attestations: image.attestations?.map(redactAttestation) ?? null,
  };
}

function redactLayer(layer: Layer): Layer {
  const { command, source } = layer;
  return {
    ...layer,
    command: command === null ? null : redactCommand(command),
    ...(source === undefined ? {} : { source: { ...source, text: redactCommand(source.text) } }),
  };
}
