/**
 * What `docker save` writes, in the form without an OCI layout inside: `manifest.json` lists images, each with its config
 * and its layers as files (Docker image specification v1.2, "Combined Image JSON + Filesystem Changeset Format").
 */
import { printable } from "../domain/problem.ts";
import { digestOf } from "./digest.ts";
import { OciError } from "./error.ts";
import { type FileRange, type FindFile, readRange } from "./file-range.ts";
import { type ConfigReading, configBytesMax, parseImageConfig } from "./image-config.ts";
import { asList, asObject, asText, asTexts, invalid, parseJsonObject } from "./json.ts";
import { isSameName } from "./layout-ref.ts";
import { manifestBytesMax } from "./manifest.ts";

export interface DockerArchiveImage extends ConfigReading {
  /** `sha256:…` of the config: what Docker calls the image id. */
  readonly digest: string;
  /** Where each layer lies, from the bottom. */
  readonly layers: readonly FileRange[];
  /** `alpine:3.20`, or null when the image has no name. */
  readonly name: string | null;
}

interface Entry {
  readonly config: string;
  readonly names: readonly string[];
  readonly layers: readonly string[];
}

const imagesMax = 10_000;
const layersMax = 4096;

/** Whether the files are those of such an archive. */
export async function isDockerArchive(find: FindFile): Promise<boolean> {
  return (await find("manifest.json")) !== null;
}

/**
 * The image that `ref` names (name, tag or image id), or the only one.
 * @throws OciError SOURCE_AMBIGUOUS, SOURCE_NOT_FOUND, SOURCE_INVALID, DIGEST_MISMATCH, DOCUMENT_INVALID, …
 */
export async function readDockerArchive(find: FindFile, ref: string | null): Promise<DockerArchiveImage> {
  const listing = await find("manifest.json");
  if (listing === null) throw new OciError("SOURCE_INVALID", "The archive has no manifest.json.");
  const entries = readEntries(await readRange(listing, manifestBytesMax, "manifest.json"));
  const { entry, name } = choose(entries, ref);
  const config = await find(entry.config);
  if (config === null) throw missing(entry.config);
  const bytes = await readRange(config, configBytesMax, "image config");
  const digest = digestOf(bytes);
  const named = /(?:^|\/)([0-9a-f]{64})(?:\.json)?$/.exec(entry.config)?.[1];
  if (named !== undefined && digest !== `sha256:${named}`) {
    throw new OciError("DIGEST_MISMATCH", `The config named ${named} has the digest ${digest}.`, {
      details: { expected: `sha256:${named}`, actual: digest },
    });
  }
  const reading = parseImageConfig(bytes);
  if (reading.diffIds.length !== entry.layers.length) {
    const counts = `${entry.layers.length} layers, its config ${reading.diffIds.length}`;
    throw new OciError("DOCUMENT_INVALID", `manifest.json lists ${counts}.`);
  }
  const layers: FileRange[] = [];
  for (const path of entry.layers) {
    const range = await find(path);
    if (range === null) throw missing(path);
    layers.push(range);
  }
  return { ...reading, digest, layers, name };
}

/** `manifest.json` is a list; wrapped, it is read with the ceilings of all documents. */
function readEntries(bytes: Uint8Array): readonly Entry[] {
  const wrapped = Buffer.concat([Buffer.from('{"images":'), bytes, Buffer.from("}")]);
  const list = asList(
    parseJsonObject(wrapped, "manifest.json", manifestBytesMax + 16)["images"],
    "manifest.json",
    imagesMax,
  );
  return list.map((value, at) => {
    const what = `manifest.json[${at}]`;
    const entry = asObject(value, what);
    const layers = asTexts(entry["Layers"], `${what}.Layers`, layersMax);
    const names = asTexts(entry["RepoTags"], `${what}.RepoTags`, imagesMax);
    const config = asText(entry["Config"], `${what}.Config`);
    if (config === "") throw invalid(`${what}.Config`, "a path");
    return { config, names, layers };
  });
}

function choose(entries: readonly Entry[], ref: string | null): { entry: Entry; name: string | null } {
  if (entries.length === 0) throw new OciError("SOURCE_INVALID", "The archive holds no image.");
  const fitting = ref === null ? entries : entries.filter((entry) => isMeant(entry, ref));
  const [entry, ...others] = fitting;
  if (entry === undefined) {
    const refs = listRefs(entries);
    throw new OciError("SOURCE_NOT_FOUND", `There is no ${printable(ref ?? "")}; there is: ${refs}.`, {
      details: { refs },
    });
  }
  if (others.some((other) => other.config !== entry.config)) {
    const refs = listRefs(fitting);
    throw new OciError("SOURCE_AMBIGUOUS", `There are several images: ${refs}.`, { details: { refs } });
  }
  const named = ref === null ? undefined : entry.names.find((name) => isSameName(name, ref));
  return { entry, name: named ?? entry.names[0] ?? null };
}

function isMeant(entry: Entry, ref: string): boolean {
  if (entry.names.some((name) => isSameName(name, ref))) return true;
  const id = /^(?:sha256:)?([0-9a-f]{64})$/.exec(ref)?.[1];
  return id !== undefined && entry.config.includes(id);
}

function listRefs(entries: readonly Entry[]): string {
  return entries.map((entry) => printable(entry.names[0] ?? entry.config, 200)).join(", ");
}

function missing(path: string): OciError {
  return new OciError("SOURCE_INVALID", `The archive does not hold ${printable(path)}.`);
}
