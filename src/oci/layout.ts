/**
 * OCI image layouts (OCI image specification 1.1, image-layout.md), as a folder or inside a tar.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { printable } from "../domain/problem.ts";
import type { Content } from "./content.ts";
import { verifyDigest } from "./digest.ts";
import { OciError } from "./error.ts";
import { type FileRange, type FindFile, readRange } from "./file-range.ts";
import { asText, parseJsonObject } from "./json.ts";
import { type Descriptor, type ImageIndex, manifestBytesMax, parseManifest } from "./manifest.ts";
import { isArtifactEntry } from "./select-image.ts";

export interface Layout {
  /** `index.json` */
  readonly index: ImageIndex;
  readonly content: Content;
  /** Where a blob lies. @throws OciError SOURCE_INVALID when the layout does not hold it */
  findBlob(digest: string): Promise<FileRange>;
}

/** Files of a layout in a folder. Only fixed names and verified digests are looked up, so no path can lead outside. */
export function folderFiles(folder: string): FindFile {
  return async (inner) => {
    const path = join(folder, inner);
    try {
      const found = await stat(path);
      return found.isFile() ? { path, offset: 0, sizeBytes: found.size } : null;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : null;
      if (code === "ENOENT" || code === "ENOTDIR") return null;
      throw new OciError("SOURCE_INVALID", `${printable(path)} cannot be read.`, { cause: error });
    }
  };
}

/** Whether the files are those of a layout at all. */
export async function isLayout(find: FindFile): Promise<boolean> {
  return (await find("oci-layout")) !== null && (await find("index.json")) !== null;
}

/** Opens a layout. `name` is for errors. @throws OciError SOURCE_INVALID, JSON_INVALID, DOCUMENT_INVALID, LIMIT_EXCEEDED */
export async function openLayout(find: FindFile, name: string): Promise<Layout> {
  const mark = await find("oci-layout");
  const top = await find("index.json");
  if (mark === null || top === null) {
    const missing = mark === null ? "oci-layout" : "index.json";
    throw new OciError("SOURCE_INVALID", `${printable(name)} is no OCI layout: it has no file ${missing}.`);
  }
  const document = parseJsonObject(await readRange(mark, 4096, "oci-layout"), "oci-layout", 4096);
  const version = asText(document["imageLayoutVersion"], "oci-layout.imageLayoutVersion");
  if (!version.startsWith("1.")) {
    throw new OciError("SOURCE_INVALID", `The layout has the unknown version ${printable(version, 40)}.`);
  }
  const index = parseManifest(await readRange(top, manifestBytesMax, "index.json"), null, "index.json");
  if (index.kind !== "index") throw new OciError("SOURCE_INVALID", "index.json is no image index.");

  async function findBlob(digest: string): Promise<FileRange> {
    const range = await find(`blobs/${digest.replace(":", "/")}`);
    if (range !== null) return range;
    throw new OciError("SOURCE_INVALID", `The layout does not hold the blob ${digest}.`, {
      details: { digest },
    });
  }
  async function read(digest: string, bytesMax: number): Promise<Uint8Array> {
    const bytes = await readRange(await findBlob(digest), bytesMax, `blob ${digest}`);
    verifyDigest(bytes, digest, "blob");
    return bytes;
  }
  const content: Content = {
    fetchManifest: (digest) => read(digest, manifestBytesMax),
    fetchBlob: read,
    findReferrers: (digest) => findReferrers(index, content, digest),
    findTag: async (tag) =>
      index.entries.find(({ annotations }) => annotations[tagAnnotation] === tag) ?? null,
  };
  return { index, content, findBlob };
}

const referrersMax = 64;
const tagAnnotation = "org.opencontainers.image.ref.name";

/** A layout keeps referrers as entries of `index.json`, or in an index under the referrers' fall-back tag. */
async function findReferrers(
  index: ImageIndex,
  content: Content,
  digest: string,
): Promise<readonly Descriptor[]> {
  const tag = digest.replace(":", "-");
  const found: Descriptor[] = [];
  const suspects = index.entries.filter(
    (entry) => isArtifactEntry(entry) || entry.annotations[tagAnnotation] === tag,
  );
  for (const entry of suspects.slice(0, referrersMax)) {
    const manifest = parseManifest(await content.fetchManifest(entry.digest), entry.mediaType);
    if (manifest.kind === "index") found.push(...manifest.entries);
    else if (manifest.subject === digest) found.push(entry);
  }
  return found;
}
