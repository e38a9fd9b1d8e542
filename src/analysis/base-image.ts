/**
 * What the image was built on, and how that is known. Provenance names it (BuildKit, SLSA v0.2 and v1); a label or annotation
 * only claims it, because whoever writes a Dockerfile can write those.
 * Sources: https://slsa.dev/spec/v1.0/provenance, https://slsa.dev/provenance/v0.2,
 * https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-provenance.md
 */
import { recordOf } from "../domain/json-record.ts";
import type { Attestation, BaseImage, ImageConfig } from "../domain/image.ts";
import { parseReference } from "../oci/reference.ts";
import { runtimeBaseOf } from "./dockerfile-base.ts";

export interface BaseImageAnswer {
  readonly base: BaseImage | null;
  /** The provenance says that the image starts from nothing. */
  readonly scratch: boolean;
  /** Why there is no base; null when there is one. */
  readonly reason: string | null;
}

/** The best evidence there is: provenance about this image first, then the claim of annotations and labels. */
export function findBaseImage(
  attestations: readonly Attestation[] | null,
  imageDigest: string | null,
  annotations: Readonly<Record<string, string>>,
  config: ImageConfig,
): BaseImageAnswer {
  let unclear: string | null = null;
  for (const attestation of attestations ?? []) {
    if (!attestation.predicateType.startsWith("https://slsa.dev/provenance/")) continue;
    if (imageDigest === null || !attestation.subjectDigests.includes(imageDigest)) continue;
    const answer = baseFromProvenance(attestation.predicate);
    if (answer.reason === null || answer.scratch) return answer;
    unclear ??= answer.reason;
  }
  return (
    baseFromClaim(annotations) ??
    baseFromClaim(config.labels) ?? { base: null, scratch: false, reason: unclear ?? NO_BASE }
  );
}

const NO_BASE = "the base image is unknown: no provenance, label or annotation names it";

function baseFromProvenance(predicate: unknown): BaseImageAnswer {
  const materials = readMaterials(predicate);
  const dockerfile = readDockerfile(predicate);
  const from =
    dockerfile === null ? null : runtimeBaseOf(dockerfile.text, dockerfile.target, dockerfile.buildArgs);
  if (from === "scratch") return { base: null, scratch: true, reason: "built FROM scratch" };
  if (from !== null) {
    const named = matchMaterial(from, materials);
    // Whatever else went into the build is no substitute: it may have been a builder only.
    return { base: named, scratch: false, reason: named === null ? NOT_AMONG_MATERIALS : null };
  }
  // Without the Dockerfile (mode=min) a single image among the materials is the base; of several, none can be chosen.
  const images = uniqueByName(materials);
  const only = images.length === 1 ? (images[0] ?? null) : null;
  const unclear = images.length === 0 ? NO_MATERIALS : SEVERAL_MATERIALS;
  return { base: only, scratch: false, reason: only === null ? unclear : null };
}

const NOT_AMONG_MATERIALS =
  "the base image is unknown: the image of the last FROM is not among the provenance's materials";
const NO_MATERIALS = "the base image is unknown: the provenance names no image";
const SEVERAL_MATERIALS =
  "the base image is unknown: the provenance names several images, but not which of them is the base (mode=max does)";

/** Labels and annotations of the OCI image specification; buildah writes both as empty strings for FROM scratch. */
function baseFromClaim(claims: Readonly<Record<string, string>>): BaseImageAnswer | null {
  const name = claims["org.opencontainers.image.base.name"] ?? "";
  const digest = claims["org.opencontainers.image.base.digest"] ?? "";
  if (name === "") return null;
  const base = toBase(name, SHA256.test(digest) ? digest : null, "claimed");
  return base === null ? null : { base, scratch: false, reason: null };
}

function toBase(name: string, digest: string | null, evidence: BaseImage["evidence"]): BaseImage | null {
  try {
    const reference = parseReference(name);
    return {
      name: reference.repository,
      tag: reference.tag,
      digest: digest ?? reference.digest,
      evidence,
    };
  } catch {
    // A name that is no reference cannot be compared with anything: it is no evidence.
    return null;
  }
}

function readMaterials(predicate: unknown): BaseImage[] {
  const listed =
    field(predicate, "materials") ?? field(field(predicate, "buildDefinition"), "resolvedDependencies");
  if (!Array.isArray(listed)) return [];
  return listed.slice(0, MATERIALS_MAX).flatMap((material: unknown) => {
    const uri = field(material, "uri");
    if (typeof uri !== "string" || !uri.startsWith("pkg:docker/")) return [];
    const sha256 = field(field(material, "digest"), "sha256");
    const base = fromDockerPurl(uri, typeof sha256 === "string" ? `sha256:${sha256}` : null);
    // BuildKit lists the images of its own frontends and generators too.
    return base === null || TOOL_IMAGES.test(base.name) ? [] : [base];
  });
}

/** `pkg:docker/library/alpine@3.18?platform=linux%2Famd64` */
function fromDockerPurl(purl: string, digest: string | null): BaseImage | null {
  const [path = ""] = purl.slice("pkg:docker/".length).split("?");
  const at = path.lastIndexOf("@");
  const name = decode(at === -1 ? path : path.slice(0, at));
  const version = at === -1 ? "" : decode(path.slice(at + 1));
  if (version !== "" && !version.startsWith("sha256:"))
    return toBase(`${name}:${version}`, digest, "provenance");
  // Taken by digest alone: `latest`, which references mean without a tag, is not what it was taken by.
  const base = toBase(name, version === "" ? digest : version, "provenance");
  return base === null ? null : { ...base, tag: null };
}

function matchMaterial(from: string, materials: readonly BaseImage[]): BaseImage | null {
  const wanted = toBase(from, null, "provenance");
  if (wanted === null) return null;
  const sameName = materials.filter((material) => material.name === wanted.name);
  if (wanted.digest !== null) {
    const found = sameName.find((material) => material.digest === wanted.digest);
    return found === undefined ? null : { ...found, tag: wanted.tag };
  }
  // A build context may put another tag in the place of the written one: the material is what was used.
  return (
    sameName.find((material) => material.tag === wanted.tag) ??
    (sameName.length === 1 ? (sameName[0] ?? null) : null)
  );
}

function uniqueByName(materials: readonly BaseImage[]): BaseImage[] {
  return [
    ...new Map(
      materials.map((material) => [`${material.name}:${material.tag}@${material.digest}`, material]),
    ).values(),
  ];
}

interface EmbeddedDockerfile {
  readonly text: string;
  readonly target: string | null;
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** The Dockerfile that BuildKit embeds in mode=max: v0.2 under metadata, v1 under runDetails.metadata. */
function readDockerfile(predicate: unknown): EmbeddedDockerfile | null {
  const metadata = field(predicate, "metadata");
  const v1 = field(field(field(predicate, "runDetails"), "metadata"), "buildkit_metadata");
  const source =
    field(field(metadata, "https://mobyproject.org/buildkit@v1#metadata"), "source") ?? field(v1, "source");
  const infos = field(source, "infos");
  const first: unknown = Array.isArray(infos) ? infos[0] : null;
  const encoded = field(first, "data");
  if (typeof encoded !== "string" || encoded.length > DOCKERFILE_BYTES_MAX) return null;
  const parameters =
    field(field(predicate, "invocation"), "parameters") ??
    field(field(field(predicate, "buildDefinition"), "externalParameters"), "request");
  const args = field(parameters, "args");
  const buildArgs: Record<string, string> = {};
  for (const [key, value] of Object.entries(recordOf(args) ?? {})) {
    if (key.startsWith("build-arg:") && typeof value === "string")
      buildArgs[key.slice("build-arg:".length)] = value;
  }
  const target = field(args, "target");
  return {
    text: Buffer.from(encoded, "base64").toString("utf8"),
    target: typeof target === "string" && target !== "" ? target : null,
    buildArgs,
  };
}

function field(value: unknown, name: string): unknown {
  const record = recordOf(value);
  return record !== null && Object.hasOwn(record, name) ? record[name] : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const SHA256 = /^sha256:[0-9a-f]{64}$/;
const TOOL_IMAGES =
  /^docker\.io\/(docker\/(dockerfile|buildkit-syft-scanner|scout-sbom-indexer)|tonistiigi\/binfmt)$/;
const MATERIALS_MAX = 1000;
const DOCKERFILE_BYTES_MAX = 4 * 1024 * 1024;
