/**
 * The base image that a provenance predicate names (BuildKit, SLSA v0.2 and v1): the image of the last FROM, found among the
 * materials. Who may be believed is not decided here.
 * Sources: https://slsa.dev/spec/v1.0/provenance, https://slsa.dev/provenance/v0.2,
 * https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-provenance.md
 */
import { recordOf } from "../domain/json-record.ts";
import { namedImage, type NamedImage } from "./base-name.ts";
import { buildkitMetadata, field, sourceText } from "./buildkit-metadata.ts";
import { runtimeBaseOf } from "./dockerfile-base.ts";

/** What a provenance says of the base. */
export type ProvenanceBase =
  | { readonly kind: "base"; readonly base: NamedImage }
  | { readonly kind: "scratch" }
  | { readonly kind: "unclear"; readonly reason: string };

/** Reads a predicate of the type `https://slsa.dev/provenance/…`, which may be anything. */
export function baseFromProvenance(predicate: unknown): ProvenanceBase {
  const materials = readMaterials(predicate);
  const dockerfile = readDockerfile(predicate);
  const from =
    dockerfile === null ? null : runtimeBaseOf(dockerfile.text, dockerfile.target, dockerfile.buildArgs);
  if (from === "scratch") return { kind: "scratch" };
  if (from !== null) {
    const named = matchMaterial(from, materials);
    // Whatever else went into the build is no substitute: it may have been a builder only.
    return named === null ? { kind: "unclear", reason: NOT_AMONG_MATERIALS } : { kind: "base", base: named };
  }
  // Without the Dockerfile (mode=min) a single image among the materials is the base; of several, none can be chosen.
  const images = uniqueByName(materials);
  const [first, ...others] = images;
  if (first === undefined) return { kind: "unclear", reason: NO_MATERIALS };
  return others.length === 0 ? { kind: "base", base: first } : { kind: "unclear", reason: SEVERAL_MATERIALS };
}

const NOT_AMONG_MATERIALS =
  "the base image is unknown: the image of the last FROM is not among the provenance's materials";
const NO_MATERIALS = "the base image is unknown: the provenance names no image";
const SEVERAL_MATERIALS =
  "the base image is unknown: the provenance names several images, but not which of them is the base (mode=max does)";

function readMaterials(predicate: unknown): NamedImage[] {
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
function fromDockerPurl(purl: string, digest: string | null): NamedImage | null {
  const [path = ""] = purl.slice("pkg:docker/".length).split("?");
  const at = path.lastIndexOf("@");
  const name = decode(at === -1 ? path : path.slice(0, at));
  const version = at === -1 ? "" : decode(path.slice(at + 1));
  if (version !== "" && !version.startsWith("sha256:")) return namedImage(`${name}:${version}`, digest);
  // Taken by digest alone: `latest`, which references mean without a tag, is not what it was taken by.
  const base = namedImage(name, version === "" ? digest : version);
  return base === null ? null : { ...base, tag: null };
}

function matchMaterial(from: string, materials: readonly NamedImage[]): NamedImage | null {
  const wanted = namedImage(from, null);
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

function uniqueByName(materials: readonly NamedImage[]): NamedImage[] {
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

/** The Dockerfile that BuildKit embeds in mode=max. */
function readDockerfile(predicate: unknown): EmbeddedDockerfile | null {
  const infos = field(field(buildkitMetadata(predicate), "source"), "infos");
  const text = sourceText(Array.isArray(infos) ? infos[0] : null);
  if (text === null) return null;
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
    text,
    target: typeof target === "string" && target !== "" ? target : null,
    buildArgs,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const TOOL_IMAGES =
  /^docker\.io\/(docker\/(dockerfile|buildkit-syft-scanner|scout-sbom-indexer)|tonistiigi\/binfmt)$/;
const MATERIALS_MAX = 1000;
