/**
 * Downloads one part of a live feed to a private temporary file, or learns that it has not changed.
 */
import { randomBytes } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { httpStatusError, publicUrl } from "../io/http-failure.ts";
import type { HttpRequest, HttpResponse } from "../io/http.ts";
import type { Validators } from "./manifest.ts";

/** Sends one request; `httpRequest` of `io`, or a stand-in for it. */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

/** Bytes of one download. The largest live part, npm, has about 0.2 GB. */
export const downloadBytesMax = 2 * 1024 ** 3;

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
      /** Address that answered, without credentials. */
      readonly origin: string;
      readonly validators: Validators;
      remove(): Promise<void>;
    }
  | { readonly kind: "unchanged" }
  | { readonly kind: "absent" };

/** @throws PlimsollError HTTP_FAILED, LIMIT_EXCEEDED; the signal's reason. No file is left then. */
export async function download({ url, dir, validators, http, signal }: DownloadRequest): Promise<Download> {
  const response = await http({
    url,
    headers: conditionOf(validators),
    signal,
    limits: { bodyBytesMax: downloadBytesMax },
  });
  const { status, headers } = response;
  if (status !== 200) {
    await response.discard();
    if (status === 304 && validators !== null) return { kind: "unchanged" };
    if (status === 404) return { kind: "absent" };
    throw httpStatusError(publicUrl(url), status);
  }
  const path = join(dir, `.download.${randomBytes(8).toString("hex")}.tmp`);
  const remove = (): Promise<void> => rm(path, { force: true });
  try {
    const sizeBytes = await save(response, path);
    return {
      kind: "changed",
      path,
      sizeBytes,
      origin: response.url,
      validators: { etag: headers["etag"] ?? null, lastModified: headers["last-modified"] ?? null },
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A server that gave an ETag is asked by it alone: dates have a resolution of one second. */
function conditionOf(validators: Validators | null): Record<string, string> {
  if (validators === null) return {};
  const { etag, lastModified } = validators;
  if (etag !== null) return { "if-none-match": etag };
  return lastModified === null ? {} : { "if-modified-since": lastModified };
}

async function save(response: HttpResponse, path: string): Promise<number> {
  const file = await open(path, "wx", 0o600);
  let sizeBytes = 0;
  try {
    for await (const piece of response.body) {
      await file.write(piece);
      sizeBytes += piece.byteLength;
    }
  } finally {
    await file.close();
  }
  return sizeBytes;
}
