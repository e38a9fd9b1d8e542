/**
 * Build commands and environments hold secrets more often than files do, and reports, SBOMs and the server show them.
 */
import type { Layer, ResolvedImage } from "../domain/image.ts";
import { redactCommand, redactConfig } from "../secrets/configuration.ts";

/** The image as it may be shown and kept: without the values of secrets in its configuration and commands. */
export function redactImage(image: ResolvedImage): ResolvedImage {
  return {
    ...image,
    config: redactConfig(image.config),
    layers: image.layers.map(redactLayer),
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
