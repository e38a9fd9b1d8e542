/**
 * Bundles of policies in a registry: an OCI artifact with a layer for each module, and one for a configuration. Bundles of others
 * are read as well: modules as layers of their own, or in archives as OPA makes them.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { writeFileAtomic } from "../../io/atomic-file.ts";
import { makeFolder } from "../../io/make-folder.ts";
import { readTarGz } from "../../io/read-tar-gz.ts";
import { createRegistryClient, type FetchedManifest, type RegistryClient } from "../../oci/client.ts";
import { digestOf } from "../../oci/digest.ts";
import { parseManifest, type Descriptor } from "../../oci/manifest.ts";
import { manifestMediaTypes } from "../../oci/media-types.ts";
import { createRegistryWriter } from "../../oci/push.ts";
import { formatReference, parseReference, type ImageReference } from "../../oci/reference.ts";
import type { CliContext } from "../context.ts";
import { namedRegistry } from "../db/registry.ts";

export interface PolicyBundle {
  /** `registry.example.com/policies@sha256:…` */
  readonly origin: string;
  readonly modules: readonly { readonly text: string; readonly origin: string }[];
  /** A document as `--policy-config` takes it, or null. */
  readonly configuration: unknown;
  /** What a policy set says beside its policies; null: it is none. */
  readonly set: unknown;
}

/** A manifest in a registry, and whom to ask for what it lists. */
export interface FetchedBundle {
  readonly client: Pick<RegistryClient, "fetchBlob">;
  readonly reference: ImageReference;
  readonly manifest: FetchedManifest;
}

/** One file of a bundle that is published. */
export interface BundleFile {
  /** `fixable.rego` */
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export const moduleMediaType = "application/vnd.plimsoll.policy.module.v1+rego";
export const configurationMediaType = "application/vnd.plimsoll.policies.v1+json";
export const setMediaType = "application/vnd.plimsoll.policy-set.v1+json";
const artifactType = "application/vnd.plimsoll.policies.v1";
const emptyMediaType = "application/vnd.oci.empty.v1+json";
const TITLE = "org.opencontainers.image.title";
const LAYER_BYTES_MAX = 16 * 1024 * 1024;
const LAYERS_MAX = 1_000;

/** Layers are kept by their digest. @throws PlimsollError POLICY_BUNDLE_INVALID, REFERENCE_INVALID, REGISTRY_… */
export async function readPolicyBundle(
  context: CliContext,
  text: string,
  insecure: readonly string[] | undefined,
): Promise<PolicyBundle> {
  const reference = parseReference(text);
  const client = createRegistryClient(namedRegistry(context, reference, insecure));
  const manifest = await client.fetchManifest(reference, reference.digest ?? reference.tag ?? "latest");
  return readFetchedBundle(context, { client, reference, manifest });
}

/** Layers that are kept here are not asked for. @throws PlimsollError POLICY_BUNDLE_INVALID, REGISTRY_… */
export async function readFetchedBundle(
  context: CliContext,
  { client, reference, manifest: fetched }: FetchedBundle,
): Promise<PolicyBundle> {
  const manifest = parseManifest(fetched.bytes, fetched.mediaType);
  const origin = `${reference.registry}/${reference.path}@${fetched.digest}`;
  if (manifest.kind !== "manifest") throw invalid(origin, "is an index of images");
  if (manifest.layers.length > LAYERS_MAX) throw invalid(origin, `has more than ${LAYERS_MAX} layers`);
  const modules: { readonly text: string; readonly origin: string }[] = [];
  let configuration: unknown = null;
  let set: unknown = null;
  for (const layer of manifest.layers) {
    const bytes = await readLayer(context, { client, reference, layer, origin });
    if (layer.mediaType === configurationMediaType) configuration = parseJson(bytes, origin);
    else if (layer.mediaType === setMediaType) set = parseJson(bytes, origin);
    else modules.push(...(await modulesOf(layer, bytes, origin)));
  }
  if (modules.length === 0 && configuration === null) throw invalid(origin, "holds no policy");
  return { origin, modules, configuration, set };
}

interface LayerQuestion extends Pick<FetchedBundle, "client"> {
  readonly reference: ImageReference;
  readonly layer: Descriptor;
  readonly origin: string;
}

async function readLayer(
  context: CliContext,
  { client, reference, layer, origin }: LayerQuestion,
): Promise<Uint8Array> {
  if (layer.sizeBytes > LAYER_BYTES_MAX)
    throw invalid(origin, `has a layer of more than ${LAYER_BYTES_MAX} bytes`);
  const folder = join(context.config.cacheDir, "policies");
  const path = join(folder, layer.digest.replace(":", "-"));
  const kept = await readFile(path).catch(() => null);
  if (kept !== null && digestOf(kept) === layer.digest) return kept;
  const bytes = await client.fetchBlob(reference, layer.digest, LAYER_BYTES_MAX);
  // A cache that cannot be written costs time, not the result.
  await makeFolder(folder)
    .then(() => writeFileAtomic(path, Buffer.from(bytes)))
    .catch(() => undefined);
  return bytes;
}

async function modulesOf(
  { annotations, mediaType }: Descriptor,
  bytes: Uint8Array,
  origin: string,
): Promise<PolicyBundle["modules"]> {
  const title = annotations[TITLE] ?? "";
  if (title.endsWith(".rego") || mediaType === moduleMediaType || /rego/i.test(mediaType)) {
    return [{ text: Buffer.from(bytes).toString("utf8"), origin: `${origin} ${title}`.trim() }];
  }
  if (!/tar/.test(mediaType) && !/\.tar(?:\.gz)?$/.test(title)) return [];
  try {
    const files = await readTarGz(bytes, { names: /(?<!_test)\.rego$/, bytesMax: LAYER_BYTES_MAX });
    return [...files]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([path, file]) => ({ text: Buffer.from(file).toString("utf8"), origin: `${origin} ${path}` }));
  } catch (error) {
    throw invalid(origin, `has a layer that cannot be read: ${error instanceof Error ? error.message : ""}`);
  }
}

function parseJson(bytes: Uint8Array, origin: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8")) as unknown;
  } catch {
    throw invalid(origin, "has a configuration that is no JSON");
  }
}

function invalid(origin: string, what: string): PlimsollError {
  return new PlimsollError("POLICY_BUNDLE_INVALID", printable(`The policy bundle ${origin} ${what}.`, 1_000));
}

/** Pushes files as a bundle; resolves to the digest of its manifest. @throws PlimsollError REFERENCE_INVALID, REGISTRY_… */
export async function pushPolicyBundle(
  context: CliContext,
  text: string,
  {
    files,
    insecure,
  }: { readonly files: readonly BundleFile[]; readonly insecure: readonly string[] | undefined },
): Promise<{ readonly reference: string; readonly digest: string }> {
  const reference = parseReference(text);
  const writer = createRegistryWriter(namedRegistry(context, reference, insecure));
  const empty = Buffer.from("{}");
  for (const bytes of [empty, ...files.map((file) => file.bytes)]) {
    if (!(await writer.hasBlob(reference, digestOf(bytes)))) await writer.putBlob(reference, bytes);
  }
  const [mediaType = ""] = manifestMediaTypes;
  const manifest = {
    schemaVersion: 2,
    mediaType,
    artifactType,
    config: { mediaType: emptyMediaType, digest: digestOf(empty), size: empty.byteLength },
    layers: files.map(({ name, mediaType: type, bytes }) => ({
      mediaType: type,
      digest: digestOf(bytes),
      size: bytes.byteLength,
      annotations: { [TITLE]: name },
    })),
  };
  const bytes = Buffer.from(JSON.stringify(manifest), "utf8");
  const digest = await writer.putManifest(reference, reference.tag ?? "latest", bytes, mediaType);
  return { reference: formatReference(reference), digest };
}
