/**
 * A blob as a stream that survives broken connections: what is missing is asked for by range (RFC 9110 section 14).
 */
import { setTimeout as sleep } from "node:timers/promises";
import { PlimsollError } from "../domain/error.ts";
import { httpStatusError } from "../io/http-failure.ts";
import type { HttpResponse } from "../io/http.ts";

/** Opens the blob from byte `from`; 0 without a Range header. Any status but 200 and 206 has been thrown. */
export type OpenFrom = (from: number) => Promise<HttpResponse>;

export interface ResumeOptions {
  /** Size of the blob, or more: when so many have come, there is nothing left to be asked for. */
  readonly bytesMax: number;
  readonly signal: AbortSignal | null;
}

/** In all, and in a row without one that brought `PROGRESS_BYTES`: a large blob over a bad line arrives, a dead one is given up. */
const RESUMPTIONS_MAX = 100;
const FRUITLESS_MAX = 5;
const PROGRESS_BYTES = 1024 ** 2;
/** Before the second fruitless try in a row; it doubles each time. */
const PAUSE_MS = 250;

/**
 * The first connection is made before this returns, so that a refusal is told at once. The bytes are not verified here:
 * whoever reads them hashes them. Each piece is valid until the next is asked for.
 */
export async function openResumable(
  openFrom: OpenFrom,
  options: ResumeOptions,
): Promise<AsyncIterable<Uint8Array>> {
  return resume(await openFrom(0), openFrom, options);
}

async function* resume(
  first: HttpResponse,
  openFrom: OpenFrom,
  { bytesMax, signal }: ResumeOptions,
): AsyncGenerator<Uint8Array> {
  let response: HttpResponse | null = first;
  let passed = 0;
  let fruitless = 0;
  for (let resumptions = 0; ; resumptions += 1) {
    const before = passed;
    try {
      response ??= await openFrom(passed);
      // A server that ignores the range starts over: what is known already is left out.
      let toSkip = response.status === 206 ? 0 : passed;
      if (response.status === 206) checkRange(response, passed);
      for await (const piece of response.body) {
        const fresh = piece.subarray(Math.min(toSkip, piece.byteLength));
        toSkip -= piece.byteLength - fresh.byteLength;
        if (fresh.byteLength === 0) continue;
        passed += fresh.byteLength;
        yield fresh;
        release(piece);
      }
      return;
    } catch (error) {
      if (!isBroken(error, passed)) throw error;
      if (passed >= bytesMax) return;
      fruitless = passed - before >= PROGRESS_BYTES ? 0 : fruitless + 1;
      if (resumptions >= RESUMPTIONS_MAX || fruitless > FRUITLESS_MAX) throw error;
    }
    response = null;
    if (fruitless > 1)
      await sleep(PAUSE_MS * 2 ** (fruitless - 2), undefined, signal === null ? {} : { signal });
  }
}

/**
 * Gives the memory of a used-up piece back at once, where nothing else lies in it. Left to the collector, the pieces of a
 * gigabyte make it run thirty times, and 70 MB of them wait for it.
 */
function release({ buffer, byteLength }: Uint8Array): void {
  if (buffer.byteLength === byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/** A connection that broke; or, once something has come, a registry that is not there for a while. */
function isBroken(error: unknown, passed: number): boolean {
  if (!(error instanceof PlimsollError)) return false;
  if (error.code === "REGISTRY_UNREACHABLE") return passed > 0;
  return error.code === "HTTP_FAILED" && error.details["status"] === null;
}

function checkRange(response: HttpResponse, from: number): void {
  const start = /^bytes (\d{1,15})-/.exec(response.headers["content-range"] ?? "")?.[1];
  if (start === undefined || Number(start) !== from) throw httpStatusError(response.url, response.status);
}
