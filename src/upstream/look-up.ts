/** Asks for the newest versions of packages: a file first, then answers that were kept, then mirrors. No address is built in. */
import { PlimsollError } from "../domain/error.ts";
import type { NewestAnswer, NewestVersion } from "../domain/newest-version.ts";
import { httpBytes } from "../io/http.ts";
import { mapPool } from "../io/pool.ts";
import * as all from "./all.ts";
import { openAnswers, type KeptAnswer } from "./answers.ts";
import type { NewestBundle } from "./bundle.ts";
import type { UpstreamSource } from "./types.ts";

export interface UpstreamOptions {
  /** Addresses of mirrors by ecosystem. May hold a sign-in. */
  readonly mirrors: Readonly<Record<string, string>>;
  /** Null: none was given. */
  readonly bundle: NewestBundle | null;
  /** Folder of answers; null: none are kept. */
  readonly cacheFolder: string | null;
  /** No mirror is asked, and kept answers of any age count. */
  readonly isOffline: boolean;
  readonly maxAgeMs: number;
  readonly now: Date;
  readonly signal: AbortSignal | null;
}

export interface AskedPackage {
  /** Type of the package URL. */
  readonly ecosystem: string;
  /** As people write it: `@types/node`, `org.slf4j:slf4j-api`. */
  readonly name: string;
}

const sources: ReadonlyMap<string, UpstreamSource> = new Map(
  Object.values(all).map((source: UpstreamSource) => [source.id, source]),
);

/** Ecosystems whose newest versions can be asked for. */
export const upstreamEcosystems: readonly string[] = [...sources.keys()].toSorted();

/** Requests at once. */
const WIDTH = 8;
const DOCUMENT_BYTES_MAX = 16 * 1024 * 1024;
const TOTAL_TIMEOUT_MS = 60_000;

/** One answer for each, in their order. What goes wrong with one is its `no_data`. */
export function findNewest(
  packages: readonly AskedPackage[],
  options: UpstreamOptions,
): Promise<readonly NewestAnswer[]> {
  const answers = options.cacheFolder === null ? null : openAnswers(options.cacheFolder);
  return mapPool(packages, WIDTH, (asked) => findOne(asked, options, answers));
}

async function findOne(
  { ecosystem, name }: AskedPackage,
  options: UpstreamOptions,
  answers: ReturnType<typeof openAnswers> | null,
): Promise<NewestAnswer> {
  const bundled = options.bundle?.(ecosystem, name) ?? null;
  if (bundled !== null) return { kind: "known", newest: bundled, from: "bundle" };
  const source = sources.get(ecosystem);
  if (source === undefined) return noData(`newest versions of ${ecosystem} cannot be asked for`);
  const mirror = options.mirrors[ecosystem];
  if (mirror === undefined)
    return noData(
      `no mirror of ${source.title} is known: PLIMSOLL_PACKAGE_MIRRORS=${ecosystem}=ADDRESS names one, and --bundle a file`,
    );
  const path = source.path(name);
  if (path === null) return noData(`${source.title} has no such names`);
  const url = `${mirror.replace(/\/+$/, "")}/${path}`;
  const key = `${source.id} ${source.version} ${url}`;
  const kept = (await answers?.get(key)) ?? null;
  if (kept !== null && (options.isOffline || isFresh(kept, options))) return toAnswer(kept.newest, "cache");
  if (options.isOffline) return noData("PLIMSOLL_OFFLINE is set, so no mirror was asked");
  try {
    const newest = await ask(source, url, options.signal);
    // A cache that cannot be written costs time, not the result.
    await answers?.put(key, { newest, fetchedMs: options.now.getTime() }).catch(() => undefined);
    return toAnswer(newest, "mirror");
  } catch (error) {
    if (error instanceof PlimsollError) return noData(error.message);
    if (error instanceof SyntaxError) return noData(`the mirror of ${source.title} answers something else`);
    throw error;
  }
}

function noData(reason: string): NewestAnswer {
  return { kind: "no_data", reason };
}

/** Kept in the future: by a clock that was wrong. */
function isFresh({ fetchedMs }: KeptAnswer, { now, maxAgeMs }: UpstreamOptions): boolean {
  const age = now.getTime() - fetchedMs;
  return age >= 0 && age < maxAgeMs;
}

function toAnswer(newest: NewestVersion | null, from: "mirror" | "cache"): NewestAnswer {
  return newest === null ? noData("the mirror does not know the package") : { kind: "known", newest, from };
}

/** Null: the mirror does not know it. @throws PlimsollError HTTP_FAILED, LIMIT_EXCEEDED; SyntaxError */
async function ask(
  source: UpstreamSource,
  url: string,
  signal: AbortSignal | null,
): Promise<NewestVersion | null> {
  const { status, bytes } = await httpBytes({
    url,
    headers: { accept: source.accept },
    limits: { bodyBytesMax: DOCUMENT_BYTES_MAX, totalTimeoutMs: TOTAL_TIMEOUT_MS, retriesMax: 1 },
    accept: [404, 410],
    signal,
  });
  return status === 404 || status === 410 ? null : source.read(Buffer.from(bytes).toString("utf8"));
}
