/**
 * One request to a receiver. Where the address leads is the operator's business, who may close networks (io/connect-rules.ts):
 * receivers in private networks are the rule where there is no way out. A redirect is never followed, and of the answer no more is
 * told than its status.
 */
import { PlimsollError } from "../../domain/error.ts";
import { httpRequest, type HttpResponse } from "../../io/http.ts";
import type { SendContext } from "../types.ts";
import { failed } from "./failed.ts";

export interface Post {
  readonly url: string;
  readonly method?: "POST" | "PUT" | "PATCH";
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Its body is not read. @throws PlimsollError DELIVERY_FAILED unless the status is 200 to 299 */
export async function post(request: Post, context: SendContext): Promise<void> {
  const response = await exchange(request, context);
  await response.discard();
}

/** The JSON of a successful answer, of unknown shape. @throws PlimsollError DELIVERY_FAILED */
export async function postForJson(request: Post, context: SendContext): Promise<unknown> {
  const response = await exchange(request, context);
  try {
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body) pieces.push(piece);
    return JSON.parse(Buffer.concat(pieces).toString("utf8")) as unknown;
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof PlimsollError) throw failed("The receiver's answer could not be read.", null);
    throw failed("The receiver's answer is no JSON.", response.status);
  }
}

async function exchange(request: Post, context: SendContext): Promise<HttpResponse> {
  const response = await httpRequest({
    method: "POST",
    ...request,
    signal: context.signal,
    limits: { connectTimeoutMs: 5_000, headersTimeoutMs: 10_000, bodyBytesMax: ANSWER_BYTES_MAX },
  }).catch((error: unknown) => {
    throw asFailure(error, context.signal);
  });
  if (response.status >= 200 && response.status <= 299) return response;
  await response.discard();
  throw failed(`The receiver answered with status ${response.status}.`, response.status);
}

/** Of an answer that is read. */
const ANSWER_BYTES_MAX = 1024 ** 2;

/** The address may hold a secret in its path, so the error of `io`, which names it, is not passed on, nor kept as the cause. */
function asFailure(error: unknown, signal: AbortSignal): unknown {
  signal.throwIfAborted();
  if (!(error instanceof PlimsollError)) return error;
  const reason = String(error.details["reason"] ?? error.code);
  return failed(`The receiver could not be reached: ${reasonWords(reason)}.`, null);
}

/** What the code of a broken connection means: `ECONNREFUSED`. */
export function reasonWords(code: string): string {
  return words[code] ?? code;
}

const words: Readonly<Record<string, string>> = {
  NOT_ALLOWED: "the operator does not let this server connect there",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset",
  ENOTFOUND: "its host name is not known",
  EAI_AGAIN: "its host name could not be looked up",
  UND_ERR_CONNECT_TIMEOUT: "no connection in time",
  UND_ERR_HEADERS_TIMEOUT: "no answer in time",
  UND_ERR_SOCKET: "the connection broke off",
  timeout: "it took too long",
};
