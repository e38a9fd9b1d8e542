/**
 * Attestations as BuildKit stores them beside an image, and provenance as it writes it
 * (https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md and slsa-provenance.md).
 */
import { type BuiltImage, descriptor, type Descriptor, sha256 } from "./oci-image.ts";

/** `in-index`: with layers as a config; `artifact`: OCI 1.1, an empty config, an artifact type and a subject. */
export type AttestationStyle = "in-index" | "artifact";

export interface AttestationManifest {
  readonly bytes: Buffer;
  readonly digest: string;
  readonly mediaType: string;
  /** Its entry in an index: platform unknown, and the annotations that name the image. */
  readonly entry: Descriptor;
  /** As the referrers API lists it. */
  readonly referrer: Descriptor;
  /** All but the manifest, by digest. */
  readonly blobs: ReadonlyMap<string, Buffer>;
}

export interface StatementInput {
  readonly predicateType: string;
  readonly predicate: unknown;
  /** `sha256:…`; default the image's manifest. */
  readonly subject?: string;
}

/** One manifest with all the statements about an image. */
export function attestationManifest(
  image: BuiltImage,
  statements: readonly StatementInput[],
  style: AttestationStyle,
): AttestationManifest {
  const layers = statements.map((input) => statementLayer(image, input));
  const artifactType = "application/vnd.docker.attestation.manifest.v1+json";
  const config =
    style === "artifact"
      ? Buffer.from("{}")
      : json({
          architecture: "unknown",
          os: "unknown",
          rootfs: { type: "layers", diff_ids: layers.map(({ layer }) => layer.digest) },
        });
  const configType =
    style === "artifact" ? "application/vnd.oci.empty.v1+json" : "application/vnd.oci.image.config.v1+json";
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const bytes = json({
    schemaVersion: 2,
    mediaType,
    ...(style === "artifact" ? { artifactType } : {}),
    config: descriptor(config, configType),
    layers: layers.map(({ layer }) => layer),
    ...(style === "artifact" ? { subject: descriptor(image.manifest, image.manifestMediaType) } : {}),
  });
  const annotations = {
    "vnd.docker.reference.digest": image.manifestDigest,
    "vnd.docker.reference.type": "attestation-manifest",
  };
  return {
    bytes,
    digest: sha256(bytes),
    mediaType,
    entry: descriptor(bytes, mediaType, {
      annotations,
      platform: { architecture: "unknown", os: "unknown" },
      ...(style === "artifact" ? { artifactType } : {}),
    }),
    referrer: descriptor(bytes, mediaType, { artifactType }),
    blobs: new Map([config, ...layers.map((layer) => layer.bytes)].map((blob) => [sha256(blob), blob])),
  };
}

function statementLayer(
  image: BuiltImage,
  input: StatementInput,
): { readonly bytes: Buffer; readonly layer: Descriptor } {
  const sha = (input.subject ?? image.manifestDigest).slice("sha256:".length);
  const bytes = json({
    _type: "https://in-toto.io/Statement/v0.1",
    predicateType: input.predicateType,
    subject: [{ name: "pkg:docker/team/app@1", digest: { sha256: sha } }],
    predicate: input.predicate,
  });
  const annotations = { "in-toto.io/predicate-type": input.predicateType };
  return { bytes, layer: descriptor(bytes, "application/vnd.in-toto+json", { annotations }) };
}

export interface ProvenanceInput {
  readonly version: "v0.2" | "v1";
  readonly mode: "min" | "max";
  /** Package URLs of the images that went in, with their digests: `pkg:docker/alpine@3.22?platform=linux%2Famd64`. */
  readonly materials: readonly { readonly uri: string; readonly digest: string }[];
  /** Embedded in max mode only. */
  readonly dockerfile: string;
}

/** A statement of provenance as BuildKit writes it, in what is read of it. */
export function provenance(input: ProvenanceInput): StatementInput {
  const materials = input.materials.map(({ uri, digest }) => ({
    uri,
    digest: { sha256: digest.slice("sha256:".length) },
  }));
  const frontend = { frontend: "dockerfile.v0", args: {}, locals: [{ name: "context" }] };
  const isMax = input.mode === "max";
  const steps = { llbDefinition: [{ id: "step0", op: { Op: { source: {} } } }] };
  const source = {
    locations: { step0: {} },
    infos: [{ filename: "Dockerfile", data: Buffer.from(input.dockerfile).toString("base64") }],
  };
  const buildType = "https://mobyproject.org/buildkit@v1";
  if (input.version === "v0.2") {
    return {
      predicateType: "https://slsa.dev/provenance/v0.2",
      predicate: {
        builder: { id: "" },
        buildType,
        materials,
        invocation: { configSource: { entryPoint: "Dockerfile" }, parameters: frontend },
        ...(isMax ? { buildConfig: steps } : {}),
        metadata: isMax ? { "https://mobyproject.org/buildkit@v1#metadata": { source } } : {},
      },
    };
  }
  return {
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType,
        externalParameters: { configSource: { path: "Dockerfile" }, request: frontend },
        internalParameters: isMax ? { buildConfig: steps } : {},
        resolvedDependencies: materials,
      },
      runDetails: { builder: { id: "" }, metadata: isMax ? { buildkit_metadata: { source } } : {} },
    },
  };
}

/** An SPDX document as a statement. */
export const spdxStatement: StatementInput = {
  predicateType: "https://spdx.dev/Document",
  predicate: { spdxVersion: "SPDX-2.3", SPDXID: "SPDXRef-DOCUMENT", name: "app", packages: [] },
};

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
