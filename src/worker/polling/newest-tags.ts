/**
 * Of the tags that a repository has, the newest: registries tell no times, so the time is the one that the image's config says it was
 * made at. What is no image is left out.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { RegistryClient } from "../../oci/client.ts";
import { configBytesMax, parseImageConfig } from "../../oci/image-config.ts";
import { parseManifest } from "../../oci/manifest.ts";
import type { RepositoryName } from "../../oci/registry-options.ts";
import { fetchPushed } from "../analysis/pushed-content.ts";

export interface DatedTag {
  readonly name: string;
  readonly digest: string;
  /** When the image says it was made, not later than now; where it does not say, when the oldest of the others was. */
  readonly createdAt: Date;
}

/** The most that may be asked for. */
export const BACKFILL_MAX = 500;

/** `tags`: digests by name. @throws PlimsollError REGISTRY_… when the registry does not answer */
export async function chooseNewest(
  client: RegistryClient,
  repository: RepositoryName,
  tags: ReadonlyMap<string, string>,
  { countMax, now, signal }: { readonly countMax: number; readonly now: Date; readonly signal: AbortSignal },
): Promise<readonly DatedTag[]> {
  const times = new Map<string, number | null>();
  for (const digest of new Set(tags.values())) {
    signal.throwIfAborted();
    const time = await readTime(client, repository, digest);
    if (time !== undefined) times.set(digest, time === null ? null : Math.min(time, now.getTime()));
  }
  const told = [...times.values()].filter((time) => time !== null);
  const oldest = told.reduce((least, time) => Math.min(least, time), now.getTime());
  return [...tags]
    .filter(([, digest]) => times.has(digest))
    .map(([name, digest]) => ({ name, digest, createdAt: new Date(times.get(digest) ?? oldest) }))
    .toSorted((left, right) => right.createdAt.getTime() - left.createdAt.getTime())
    .slice(0, Math.min(countMax, BACKFILL_MAX));
}

/** Milliseconds since 1970; null: it does not say. Undefined: it is no image that we read. */
async function readTime(
  client: RegistryClient,
  repository: RepositoryName,
  digest: string,
): Promise<number | null | undefined> {
  try {
    const content = await fetchPushed(client, repository, digest);
    const [first] = content.kind === "images" ? content.targets : [];
    if (first === undefined) return undefined;
    const { bytes, mediaType } = await client.fetchManifest(repository, first.digest);
    const manifest = parseManifest(bytes, mediaType);
    if (manifest.kind === "index") return undefined;
    const config = await client.fetchBlob(repository, manifest.config.digest, configBytesMax);
    const time = Date.parse(parseImageConfig(config).config.createdAt ?? "");
    return Number.isNaN(time) ? null : time;
  } catch (error) {
    if (error instanceof PlimsollError && LEFT_OUT.includes(error.code)) return undefined;
    throw error;
  }
}

/** Of one manifest; the others are not its fault. */
const LEFT_OUT: readonly string[] = [
  "SOURCE_NOT_FOUND",
  "IMAGE_UNSUPPORTED",
  "DOCUMENT_INVALID",
  "JSON_INVALID",
  "DIGEST_MISMATCH",
  "LIMIT_EXCEEDED",
];
