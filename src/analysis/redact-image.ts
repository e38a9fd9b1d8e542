/**
 * Build commands and environments hold secrets more often than files do, and reports, SBOMs and the server show them.
 */
import type { ResolvedImage } from "../domain/image.ts";
import { redactCommand, redactConfig } from "../secrets/configuration.ts";
import { textsOf, withTexts, type ImageTexts } from "./image-texts.ts";
import { redactPredicate } from "./redact-provenance.ts";

/** The image as it may be shown and kept: without the values of secrets in its configuration, commands and provenance. */
export function redactImage(image: ResolvedImage): ResolvedImage {
  return withTexts(image, redactTexts(textsOf(image)));
}

export function redactTexts({ config, layers, provenances }: ImageTexts): ImageTexts {
  const redact = (text: string | null): string | null => (text === null ? null : redactCommand(text));
  return {
    config: redactConfig(config),
    layers: layers.map(({ command, source }) => ({ command: redact(command), source: redact(source) })),
    provenances: provenances.map(redactPredicate),
  };
}
