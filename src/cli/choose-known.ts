/** The known image that --env or --latest mean. */
import { PlimsollError } from "../domain/error.ts";
import { formatPlatform, type Platform } from "../domain/image.ts";
import type { KnownImage } from "../domain/known-image.ts";
import { parseReference } from "../oci/reference.ts";
import { imagesOf } from "./baseline.ts";
import type { CliContext } from "./context.ts";
import { listKnown } from "./known-images.ts";

export interface KnownQuestion {
  /** Narrows it to a repository. */
  readonly typed: string | undefined;
  /** Null: the image that was recorded last. */
  readonly environment: string | null;
  /** Null: any. */
  readonly platform: Platform | null;
}

/** @throws PlimsollError BASELINE_UNKNOWN, ENVIRONMENT_UNKNOWN, USAGE */
export async function chooseKnown(
  context: CliContext,
  { typed, environment, platform }: KnownQuestion,
): Promise<KnownImage> {
  const all = environment === null ? await listKnown(context) : await imagesOf(context, environment);
  const repository = typed === undefined ? null : parseReference(typed).repository;
  const wanted = platform === null ? null : formatPlatform(platform);
  const images = all.filter(
    (image) =>
      (repository === null || image.repository === repository) &&
      (wanted === null || image.platform === wanted),
  );
  const where = environment === null ? "what was analysed here" : `environment ${environment}`;
  const [first] = images;
  if (first === undefined) {
    const of = repository === null ? "" : ` of ${repository}`;
    throw new PlimsollError("BASELINE_UNKNOWN", `There is no image${of} in ${where}.`);
  }
  const repositories = [...new Set(images.map((image) => image.repository))];
  if (environment === null || repositories.length === 1) return first;
  throw new PlimsollError(
    "USAGE",
    `The ${where} has images of ${repositories.length} repositories; name one: ${repositories.slice(0, 10).join(", ")}.`,
  );
}
