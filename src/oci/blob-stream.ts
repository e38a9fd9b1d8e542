/**
 * A blob as a stream that survives broken connections: what is missing is asked for by range (RFC 9110 section 14).
 */
import { PlimsollError } from "../domain/error.ts";
import { httpStatusError } from "../io/http-failure.ts";
import type { HttpResponse } from "../io/http.ts";

/** Opens the blob from byte `from`; 0 without a Range header. Any status but 200 and 206 has been thrown. */
export type OpenFrom = (from: number) => Promise<HttpResponse>;

const resumptionsMax = 5;

/**
 * The first connection is made before this returns, so that a refusal is told at once. The bytes are not verified here:
 * whoever reads them hashes them.
 */
export async function openResumable(openFrom: OpenFrom): Promise<AsyncIterable<Uint8Array>> {
  return resume(await openFrom(0), openFrom);
}

async function* resume(first: HttpResponse, openFrom: OpenFrom): AsyncGenerator<Uint8Array> {
  let response = first;
  let passed = 0;
  for (let resumptions = 0; ; resumptions += 1) {
    // A server that ignores the range starts over: what is known already is left out.
    let toSkip = response.status === 206 ? 0 : passed;
    if (response.status === 206) checkRange(response, passed);
    try {
      for await (const piece of response.body) {
        const fresh = piece.subarray(Math.min(toSkip, piece.byteLength));
        toSkip -= piece.byteLength - fresh.byteLength;
        if (fresh.byteLength === 0) continue;
        passed += fresh.byteLength;
        yield fresh;
      }
      return;
    } catch (error) {
      const isBroken = error instanceof PlimsollError && error.code === "HTTP_FAILED";
      if (!isBroken || resumptions >= resumptionsMax) throw error;
    }
    response = await openFrom(passed);
  }
}

function checkRange(response: HttpResponse, from: number): void {
  const start = /^bytes (\d{1,15})-/.exec(response.headers["content-range"] ?? "")?.[1];
  if (start === undefined || Number(start) !== from) throw httpStatusError(response.url, response.status);
}
