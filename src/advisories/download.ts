/**
 * Downloads one part of a live feed to a private temporary file, or learns that it has not changed. What breaks off is resumed
 * where it stopped, at once or by the next update, when the server can tell that it is still the same version.
 */
import { open } from "node:fs/promises";
import { PlimsollError } from "../domain/error.ts";
import { httpStatusError, publicUrl } from "../io/http-failure.ts";
import type { HttpRequest, HttpResponse } from "../io/http.ts";
import type { Validators } from "./manifest.ts";
import {
  findPartial,
  notePartial,
  partialPath,
  removePartial,
  versionOf,
  type PartialDownload,
} from "./partial-download.ts";

/** Sends one request; `httpRequest` of `io`, or a stand-in for it. */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

/** Bytes of one download. The largest live part, npm, has about 0.2 GB. */
export const downloadBytesMax = 2 * 1024 ** 3;

/** Times that one download is taken up again. */
const RESUMES_MAX = 5;

export interface DownloadRequest {
  readonly url: string;
  /** Folder for the temporary file. */
  readonly dir: string;
  /** Of the snapshot at hand; null: fetch in any case. */
  readonly validators: Validators | null;
  readonly http: HttpClient;
  readonly signal: AbortSignal | null;
}

export type Download =
  | {
      readonly kind: "changed";
      /** To be removed by the caller with `remove`. */
      readonly path: string;
      readonly sizeBytes: number;
      /** Bytes that were sent this time: less than all of them after an interruption. */
      readonly sentBytes: number;
      /** Address that answered, without credentials. */
      readonly origin: string;
      readonly validators: Validators;
      remove(): Promise<void>;
    }
  | { readonly kind: "unchanged" }
  | { readonly kind: "absent" };

/**
 * @throws PlimsollError HTTP_FAILED, LIMIT_EXCEEDED; the signal's reason. What has been received then stays for the next attempt,
 * if its version is known.
 */
export async function download(request: DownloadRequest): Promise<Download> {
  let sentBytes = 0;
  for (let resumes = 0; ; resumes += 1) {
    const partial = await findPartial(request.dir, request.url);
    const result = await attempt(request, partial);
    if (result.kind !== "changed" && result.kind !== "broken") return result;
    sentBytes += result.sentBytes;
    if (result.kind === "changed") return { ...result, sentBytes };
    const isFutile = result.sentBytes === 0 || resumes >= RESUMES_MAX;
    if (isFutile || (await findPartial(request.dir, request.url)) === null) throw result.error;
  }
}

type Attempt = Download | { readonly kind: "broken"; readonly error: unknown; readonly sentBytes: number };

async function attempt(request: DownloadRequest, partial: PartialDownload | null): Promise<Attempt> {
  const { url, dir, validators, http, signal } = request;
  const response = await http({
    url,
    headers: { ...conditionOf(validators), ...restOf(partial) },
    signal,
    limits: { bodyBytesMax: downloadBytesMax - (partial?.sizeBytes ?? 0) },
  });
  const { status, headers } = response;
  const isRest =
    status === 206 && partial !== null && startOf(headers["content-range"]) === partial.sizeBytes;
  if (status !== 200 && !isRest) {
    await response.discard();
    if (status === 304 && validators !== null) return { kind: "unchanged" };
    if (status === 404) return { kind: "absent" };
    // A rest that is not what was asked for, or is not there: from the beginning.
    if (partial !== null && (status === 206 || status === 416)) {
      await removePartial(partial.path);
      return await attempt(request, null);
    }
    throw httpStatusError(publicUrl(url), status);
  }
  const path = partialPath(dir, url);
  const found = { etag: headers["etag"] ?? null, lastModified: headers["last-modified"] ?? null };
  const version = isRest ? partial.validators : found;
  if (!isRest) {
    await removePartial(path);
    if (versionOf(version) !== null) await notePartial(path, version);
  }
  const saved = await save(response, path, isRest ? "a" : "wx");
  if (saved.error === null) {
    const remove = (): Promise<void> => removePartial(path);
    const sizeBytes = saved.sentBytes + (isRest ? partial.sizeBytes : 0);
    const { sentBytes } = saved;
    return { kind: "changed", path, sizeBytes, sentBytes, origin: response.url, validators: version, remove };
  }
  const isBroken = saved.error instanceof PlimsollError && saved.error.code === "HTTP_FAILED";
  const isWorthKeeping = isBroken || signal?.aborted === true;
  if (!isWorthKeeping || versionOf(version) === null) await removePartial(path);
  if (!isBroken) throw saved.error;
  return { kind: "broken", error: saved.error, sentBytes: saved.sentBytes };
}

/** A server that gave an ETag is asked by it alone: dates have a resolution of one second. */
function conditionOf(validators: Validators | null): Record<string, string> {
  if (validators === null) return {};
  const { etag, lastModified } = validators;
  if (etag !== null) return { "if-none-match": etag };
  return lastModified === null ? {} : { "if-modified-since": lastModified };
}

/** Asks for the rest of the same version; of another one, the server sends the whole. */
function restOf(partial: PartialDownload | null): Record<string, string> {
  const version = partial === null ? null : versionOf(partial.validators);
  if (partial === null || version === null) return {};
  return { range: `bytes=${partial.sizeBytes}-`, "if-range": version };
}

/** `bytes 100-199/200` starts at 100. */
function startOf(contentRange: string | undefined): number | null {
  const start = /^bytes (\d{1,15})-/.exec(contentRange ?? "")?.[1];
  return start === undefined ? null : Number(start);
}

async function save(
  response: HttpResponse,
  path: string,
  flags: "a" | "wx",
): Promise<{ sentBytes: number; error: unknown }> {
  const file = await open(path, flags, 0o600);
  let sentBytes = 0;
  try {
    for await (const piece of response.body) {
      await file.write(piece);
      sentBytes += piece.byteLength;
    }
    return { sentBytes, error: null };
  } catch (error) {
    return { sentBytes, error };
  } finally {
    await file.close();
  }
}
