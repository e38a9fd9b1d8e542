/** The known image that --env or --latest mean. */
import { PlimsollError } from "../domain/error.ts";
import type { KnownImage } from "../domain/known-image.ts";
import { parseReference } from "../oci/reference.ts";
import { imagesOf } from "./baseline.ts";
import type { CliContext } from "./context.ts";
import { listKnown } from "./known-images.ts";

/** `typed` narrows it to a repository; `environment` null: the image that was recorded last. @throws PlimsollError */
export async function chooseKnown(
  context: CliContext,
  typed: string | undefined,
  environment: string | null,
): Promise<KnownImage> {
  const all = environment === null ? await listKnown(context) : await imagesOf(context, environment);
  const repository = typed === undefined ? null : parseReference(typed).repository;
  const images = repository === null ? all : all.filter((image) => image.repository === repository);
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
