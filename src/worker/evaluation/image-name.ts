/** What an image is called in what people are told. */
import { formatPlatform } from "../../domain/image.ts";
import type { EvaluationSources } from "./load-sources.ts";

/** `acme/my-app:1.2`, and the platform where the tag has several. */
export function nameOf({ places, image, document }: EvaluationSources): string {
  const [place] = places;
  const short = image.digest.slice(0, 19);
  if (place === undefined) return short;
  const platform = formatPlatform(document.image.config.platform);
  const suffix = place.pushedDigest === image.digest ? "" : ` (${platform})`;
  return `${place.name}${place.tag === null ? `@${short}` : `:${place.tag}`}${suffix}`;
}
