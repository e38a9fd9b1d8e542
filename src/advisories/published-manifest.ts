/**
 * The manifest as it is published: read strictly, because whoever published it is not believed before its signature was checked,
 * and where no key is set not even then.
 */
import { basename } from "node:path";
import { PlimsollError } from "../domain/error.ts";
import {
  asList,
  asObject,
  asOptionalText,
  asSize,
  asText,
  asTexts,
  invalid,
  parseJsonObject,
  type JsonObject,
} from "../oci/json.ts";
import { segmentsOf, type DeltaEntry, type Manifest, type PartEntry, type SegmentEntry } from "./manifest.ts";

const manifestBytesMax = 64 * 1024 * 1024;
const partsMax = 10_000;
const spacesMax = 100_000;
const segmentsMax = 10_000;
const deltasMax = 1_000;

/** Bytes of one file and of all: what a publisher may make a client download. */
export const publishedFileBytesMax = 128 * 1024 * 1024;
const publishedBytesMax = 8 * 1024 ** 3;

/** What is published of a manifest: all but where it came from. */
export function writePublished({ format, number, parts, deltas, folded }: Manifest): string {
  return JSON.stringify({ format, number, parts: parts.map(withPublicOrigin), deltas, folded });
}

/** Of files their names alone: the folders of the machine that read them are nobody's business. */
function withPublicOrigin(part: PartEntry): PartEntry {
  const origins = part.origin.split(", ").map((one) => (/^https?:/.test(one) ? one : basename(one)));
  return { ...part, origin: origins.join(", ") };
}

/** @throws PlimsollError DATABASE_FOREIGN */
export function readPublished(bytes: Uint8Array): Manifest {
  try {
    const document = parseJsonObject(bytes, "published manifest", manifestBytesMax);
    if (document["format"] !== 3) throw invalid("format", "3");
    const manifest: Manifest = {
      format: 3,
      number: asSize(document["number"], "number"),
      parts: asList(document["parts"], "parts", partsMax).map(readPart),
      deltas: asList(document["deltas"], "deltas", deltasMax).map(readDelta),
      folded: asList(document["folded"], "folded", deltasMax).map(readDelta),
      publication: null,
    };
    const all = [...segmentsOf(manifest), ...manifest.folded.flatMap(({ segments }) => segments)];
    const sizeBytes = all.reduce((sum, segment) => sum + segment.sizeBytes, 0);
    if (sizeBytes > publishedBytesMax) throw invalid("segments", `of at most ${publishedBytesMax} bytes`);
    return manifest;
  } catch (cause) {
    if (!(cause instanceof PlimsollError)) throw cause;
    throw new PlimsollError("DATABASE_FOREIGN", `The published manifest is broken: ${cause.message}`, {
      cause,
    });
  }
}

function readPart(value: unknown, at: number): PartEntry {
  const what = `parts[${at}]`;
  const part = asObject(value, what);
  const holds = part["holds"];
  if (holds !== undefined && holds !== "contexts") throw invalid(`${what}.holds`, "known");
  if (typeof part["demonstration"] !== "boolean") throw invalid(`${what}.demonstration`, "true or false");
  return {
    feed: asText(part["feed"], `${what}.feed`),
    part: asText(part["part"], `${what}.part`),
    feedVersion: asSize(part["feedVersion"], `${what}.feedVersion`),
    licence: asText(part["licence"], `${what}.licence`),
    origin: asText(part["origin"], `${what}.origin`),
    fetchedAt: asInstant(part["fetchedAt"], `${what}.fetchedAt`),
    recordCount: asSize(part["recordCount"], `${what}.recordCount`),
    advisoryCount: asSize(part["advisoryCount"], `${what}.advisoryCount`),
    spaces: asTexts(part["spaces"], `${what}.spaces`, spacesMax),
    demonstration: part["demonstration"],
    ...(holds !== undefined && { holds }),
    failure: readFailure(part["failure"], `${what}.failure`),
    validators: readValidators(part["validators"], `${what}.validators`),
    contentDigest: asDigest(part["contentDigest"], `${what}.contentDigest`),
    since: asSize(part["since"], `${what}.since`),
    segments: asList(part["segments"], `${what}.segments`, segmentsMax).map(readSegment),
    column: part["column"] === null ? null : readSegment(part["column"]),
  };
}

function readFailure(value: unknown, what: string): PartEntry["failure"] {
  if (value === null || value === undefined) return null;
  const failure = asObject(value, what);
  return { reason: asText(failure["reason"], `${what}.reason`), at: asInstant(failure["at"], `${what}.at`) };
}

function readValidators(value: unknown, what: string): PartEntry["validators"] {
  if (value === null || value === undefined) return null;
  const validators = asObject(value, what);
  return {
    etag: asOptionalText(validators["etag"], `${what}.etag`),
    lastModified: asOptionalText(validators["lastModified"], `${what}.lastModified`),
  };
}

function readDelta(value: unknown): DeltaEntry {
  const delta: JsonObject = asObject(value, "delta");
  return {
    number: asSize(delta["number"], "delta.number"),
    parts: asTexts(delta["parts"], "delta.parts", partsMax),
    segments: asList(delta["segments"], "delta.segments", segmentsMax).map(readSegment),
  };
}

function readSegment(value: unknown): SegmentEntry {
  const segment = asObject(value, "segment");
  const sizeBytes = asSize(segment["sizeBytes"], "segment.sizeBytes");
  if (sizeBytes > publishedFileBytesMax)
    throw invalid("segment", `of at most ${publishedFileBytesMax} bytes`);
  return {
    digest: asDigest(segment["digest"], "segment.digest"),
    sizeBytes,
    contentDigest: asDigest(segment["contentDigest"], "segment.contentDigest"),
    firstKey: asText(segment["firstKey"], "segment.firstKey"),
    lastKey: asText(segment["lastKey"], "segment.lastKey"),
    keyCount: asSize(segment["keyCount"], "segment.keyCount"),
  };
}

/** A file is named by it, so it must be nothing else. */
function asDigest(value: unknown, what: string): string {
  const text = asText(value, what);
  if (!/^[0-9a-f]{64}$/.test(text)) throw invalid(what, "64 hexadecimal digits");
  return text;
}

function asInstant(value: unknown, what: string): string {
  const text = asText(value, what);
  if (!/^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z$/.test(text)) throw invalid(what, "an instant");
  return text;
}
