/**
 * Manifests that are no images: signatures, attestations, SBOMs and other artifacts that stand beside images in their repository.
 * What a notification cannot tell is found out when the manifest is fetched.
 */
import {
  envelopeMediaTypes,
  imageConfigMediaTypes,
  manifestMediaTypes,
  statementMediaTypes,
} from "../oci/media-types.ts";
import type { ManifestPush } from "./manifest-push.ts";
import { isReferrerTag } from "./told-pushes.ts";

/** False where it cannot be told: then the manifest is fetched. */
export function isNoImage({ target }: ManifestPush): boolean {
  if (target.artifactType !== undefined && target.artifactType !== "") return true;
  if (isReferrerTag(target.tag ?? "")) return true;
  const references = (target.references ?? []).map(({ mediaType }) => mediaType);
  if (!manifestMediaTypes.includes(target.mediaType) || references.length === 0) return false;
  const hasConfig = references.some((mediaType) => imageConfigMediaTypes.includes(mediaType));
  // BuildKit gives attestation manifests the config of an image.
  const holdsStatements = references.some(
    (mediaType) => statementMediaTypes.includes(mediaType) || envelopeMediaTypes.includes(mediaType),
  );
  return !hasConfig || holdsStatements;
}
