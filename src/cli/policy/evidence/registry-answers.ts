/** What registries and layouts tell of images: digests of tags, indexes, and what refers to an image. */
import { PlimsollError } from "../../../domain/error.ts";
import { recordOf } from "../../../domain/json-record.ts";
import { parseManifest, type Descriptor } from "../../../oci/manifest.ts";
import { isStatementType } from "../../../oci/media-types.ts";
import { readStoredStatement, statementBytesMax } from "../../../oci/statement.ts";
import type { Place } from "./places.ts";

/** What a tag names now; null: there is no such tag. @throws PlimsollError REGISTRY_… */
export async function answerDigest({ content, tag, digest }: Place): Promise<string | null> {
  if (digest !== null) return digest;
  return (await content.findTag?.(tag ?? "latest"))?.digest ?? null;
}

/**
 * The index that lists the image of `digest`, or is it; null: the image stands alone. `known`: digest of the index of the image that
 * is judged. @throws PlimsollError REGISTRY_…, DOCUMENT_INVALID
 */
export async function answerIndex(place: Place, digest: string, known: string | null): Promise<unknown> {
  const tagged = place.tag === null ? null : ((await place.content.findTag?.(place.tag))?.digest ?? null);
  for (const candidate of new Set([digest, place.isOwn ? known : null, tagged])) {
    if (candidate === null) continue;
    const document = await fetchDocument(place, candidate);
    const entries = document?.["manifests"];
    if (!Array.isArray(entries)) continue;
    if (candidate === digest || entries.some((entry) => recordOf(entry)?.["digest"] === digest))
      return document;
  }
  return null;
}

async function fetchDocument({ content }: Place, digest: string): Promise<Record<string, unknown> | null> {
  try {
    const bytes = await content.fetchManifest(digest);
    parseManifest(bytes, null);
    return recordOf(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch (error) {
    if (error instanceof PlimsollError && error.code === "SOURCE_NOT_FOUND") return null;
    throw error;
  }
}

/** The list of what refers to `digest`, as an index; empty: nothing does. @throws PlimsollError REGISTRY_… */
export async function answerReferrers({ content }: Place, digest: string): Promise<unknown> {
  const entries = await content.findReferrers(digest);
  return {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: entries.map(toEntry),
  };
}

function toEntry({ mediaType, digest, sizeBytes, annotations, artifactType }: Descriptor): unknown {
  return {
    mediaType,
    digest,
    size: sizeBytes,
    ...(artifactType === null ? {} : { artifactType }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
}

/**
 * The statement that a manifest holds, with its envelope where it has one; null: there is no such manifest, or it holds none.
 * @throws PlimsollError REGISTRY_…, DOCUMENT_INVALID
 */
export async function answerReferrer(place: Place, digest: string): Promise<unknown> {
  const { content, name } = place;
  const document = await fetchDocument(place, digest);
  if (document === null) return null;
  const manifest = parseManifest(Buffer.from(JSON.stringify(document)), null);
  const layer =
    manifest.kind === "index"
      ? undefined
      : manifest.layers.find(({ mediaType }) => isStatementType(mediaType));
  if (layer === undefined) return null;
  const bytes = await content.fetchBlob(layer.digest, statementBytesMax);
  // Read once by the rules, so that what is handed out is a statement.
  readStoredStatement(bytes, "referrer");
  const stored = recordOf(JSON.parse(Buffer.from(bytes).toString("utf8"))) ?? {};
  const wrapped = recordOf(stored["dsseEnvelope"]) ?? stored;
  const payload = wrapped["payload"];
  const statement: unknown =
    typeof payload === "string" ? JSON.parse(Buffer.from(payload, "base64").toString("utf8")) : stored;
  return {
    statement,
    image: `${name}@${digest}`,
    ...(typeof payload === "string" ? { envelope: wrapped } : {}),
  };
}
