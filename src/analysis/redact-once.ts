/**
 * Redaction with a memory: on a scan whose inventory is in the cache it was the longest step, and always of the same texts.
 * A result is kept by a digest of the texts and of the program, so other rules find nothing of it.
 */
import { createHash } from "node:crypto";
import type { ResolvedImage } from "../domain/image.ts";
import { withLayerSources } from "./layer-sources.ts";
import { textsOf, withTexts, type ImageTexts } from "./image-texts.ts";

export interface RedactionCache {
  /** `key`: 64 hexadecimal digits. */
  get(key: string): Promise<string | null>;
  /** Never throws: a cache that cannot be written costs time, not the result. */
  put(key: string, text: string): Promise<void>;
}

declare const PLIMSOLL_SOURCES: string | undefined;

/** In a checkout the rules may change at any moment, so there nothing is remembered. */
const program = typeof PLIMSOLL_SOURCES === "string" ? PLIMSOLL_SOURCES : null;

/** Redaction of an image that may be begun before it is known that the image stays what it is. */
export interface Redaction {
  /** Does not throw: what fails is thrown to who asks for the result. */
  start(): void;
  /** The redacted form of `image`: of the one that was begun with, or of another one. */
  of(image: ResolvedImage): Promise<ResolvedImage>;
}

export function redactionOf(image: ResolvedImage, cache: RedactionCache | null): Redaction {
  let started: Promise<ResolvedImage> | null = null;
  const redact = (one: ResolvedImage): Promise<ResolvedImage> => redactOnce(withLayerSources(one), cache);
  const begin = (): Promise<ResolvedImage> => (started ??= redact(image));
  return {
    start: () => void begin().catch(() => undefined),
    of: (one) => (one === image ? begin() : redact(one)),
  };
}

/** As `redactImage`. `rules` names the program that redacts; null: nothing is remembered. */
export async function redactOnce(
  image: ResolvedImage,
  cache: RedactionCache | null,
  rules: string | null = program,
): Promise<ResolvedImage> {
  const texts = textsOf(image);
  if (cache === null || rules === null) return withTexts(image, await redact(texts));
  const key = createHash("sha256")
    .update(JSON.stringify([rules, texts]))
    .digest("hex");
  const known = read(await cache.get(key), texts);
  if (known !== null) return withTexts(image, known);
  const redacted = await redact(texts);
  await cache.put(key, JSON.stringify(redacted));
  return withTexts(image, redacted);
}

/** Loaded on demand: the rules are many. */
async function redact(texts: ImageTexts): Promise<ImageTexts> {
  const { redactTexts } = await import("./redact-image.ts");
  return redactTexts(texts);
}

/** Null for a file that is not whole: what it lacks would be taken for nothing. */
function read(text: string | null, { layers, provenances }: ImageTexts): ImageTexts | null {
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Partial<ImageTexts> | null;
    const isWhole =
      typeof value?.config === "object" &&
      value.layers?.length === layers.length &&
      value.provenances?.length === provenances.length;
    return isWhole ? (value as ImageTexts) : null;
  } catch {
    return null;
  }
}
