/**
 * Media types of images and of what stands beside them (OCI image specification 1.1, media-types.md; Docker image
 * manifest version 2, schema 2).
 */

export const indexMediaTypes: readonly string[] = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

export const manifestMediaTypes: readonly string[] = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

/** Docker's first schema: no config, no uncompressed digests. */
export const legacyManifestMediaTypes: readonly string[] = [
  "application/vnd.docker.distribution.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v1+prettyjws",
];

/** Configs of container images; `application/octet-stream` was written by early Docker versions. */
export const imageConfigMediaTypes: readonly string[] = [
  "application/vnd.oci.image.config.v1+json",
  "application/vnd.docker.container.image.v1+json",
  "application/octet-stream",
];

/** in-toto statements, bare. */
export const statementMediaTypes: readonly string[] = ["application/vnd.in-toto+json"];

/** in-toto statements inside a DSSE envelope. */
export const envelopeMediaTypes: readonly string[] = [
  "application/vnd.dsse.envelope.v1+json",
  "application/vnd.in-toto.dsse+json",
];

/** Signatures over images: cosign's payload, and Notation's envelopes. */
export const signatureMediaTypes: readonly string[] = [
  "application/vnd.dev.cosign.simplesigning.v1+json",
  "application/jose+json",
  "application/cose",
];

/** SBOMs as cosign attaches them, JSON only, and the predicate types they amount to. */
export const attachedSbomTypes: Readonly<Record<string, string>> = {
  "text/spdx+json": "https://spdx.dev/Document",
  "application/spdx+json": "https://spdx.dev/Document",
  "application/vnd.cyclonedx+json": "https://cyclonedx.org/bom",
};

/** Whether a layer of this type holds an in-toto statement, bare or in a wrapping. */
export function isStatementType(mediaType: string): boolean {
  return (
    statementMediaTypes.includes(mediaType) ||
    envelopeMediaTypes.includes(mediaType) ||
    /^application\/vnd\.dev\.sigstore\.bundle[a-z0-9.;=]*\+json$/.test(mediaType)
  );
}

/** Value of the Accept header when a manifest is asked for. */
export const acceptManifests = [...indexMediaTypes, ...manifestMediaTypes].join(", ");

/** `Application/X+json; charset=utf-8` -> `application/x+json`. */
export function bareMediaType(text: string): string {
  return (text.split(";", 1)[0] ?? "").trim().toLowerCase();
}
