/** Known images as rows of text and as JSON. */
import type { KnownImage } from "../domain/known-image.ts";
import { printable } from "../domain/problem.ts";

/** `docker.io/library/alpine:3.20`, or the repository alone. */
export function nameOf({ repository, tag }: Pick<KnownImage, "repository" | "tag">): string {
  return tag === null ? repository : `${repository}:${tag}`;
}

/** As in `src/api/known-image-reports.ts`. */
export function toKnownImageView(image: KnownImage) {
  return {
    repository: image.repository,
    tag: image.tag,
    digest: image.digest,
    indexDigest: image.indexDigest,
    platform: image.platform,
    layers: image.layerCount,
    sizeBytes: image.sizeBytes,
    createdAt: image.createdAt,
    recordedAt: image.recordedAt,
  };
}

/** A line: name, digest, platform and when it was recorded. */
export function knownImageLine(image: KnownImage): string {
  const name = printable(nameOf(image));
  return `${name}  ${image.digest}  ${printable(image.platform)}  ${image.recordedAt.slice(0, 16)}Z`;
}
