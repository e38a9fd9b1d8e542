/**
 * How HTTP goes wrong, in words and machine names, without credentials.
 */
import { PlimsollError } from "../domain/error.ts";
import { NOT_ALLOWED } from "./connect-rules.ts";

/** The address without user, password, query and fragment: any of them may hold a credential. */
export function publicUrl(url: URL | string): string {
  const parsed = typeof url === "string" ? URL.parse(url) : url;
  return parsed === null ? "(address that cannot be parsed)" : `${parsed.origin}${parsed.pathname}`;
}

/** HTTP_FAILED for an answer whose status says that the request failed. */
export function httpStatusError(url: string, status: number): PlimsollError {
  return new PlimsollError("HTTP_FAILED", `${publicUrl(url)} answered with status ${status}.`, {
    details: { url: publicUrl(url), status, reason: "status" },
  });
}

/** Whatever went wrong below, as HTTP_FAILED; the caller's own abort passes through as it is. */
export function asFailure(error: unknown, url: URL, signal: AbortSignal | null): PlimsollError {
  if (error instanceof PlimsollError) return error;
  signal?.throwIfAborted();
  const reason = causeCode(error);
  return failed(url, words[reason] ?? reason, reason, error);
}

const words: Readonly<Record<string, string>> = {
  [NOT_ALLOWED]: "the operator does not let this machine connect there",
  timeout: "it took too long",
  UND_ERR_CONNECT_TIMEOUT: "no connection in time",
  UND_ERR_HEADERS_TIMEOUT: "no answer in time",
  UND_ERR_BODY_TIMEOUT: "the body stopped coming",
  ECONNREFUSED: "the connection was refused",
  ENOTFOUND: "the host name is not known",
  EAI_AGAIN: "the host name could not be looked up",
  ECONNRESET: "the connection was reset",
  UND_ERR_SOCKET: "the connection broke off",
};

/** The machine name of a failure: of the error, its cause, or the first of several attempts (`AggregateError`). */
function causeCode(error: unknown): string {
  for (
    let step: unknown = error, depth = 0;
    step instanceof Error && depth < 5;
    step = step.cause, depth += 1
  ) {
    if (step.name === "TimeoutError") return "timeout";
    const inner: unknown = step instanceof AggregateError ? step.errors[0] : step;
    const code = inner instanceof Error && "code" in inner ? inner.code : null;
    if (typeof code === "string" && /^[A-Z0-9_]{1,60}$/.test(code)) return code;
  }
  return "unknown";
}

/** HTTP_FAILED without a status. `why` is for people, `reason` for programs. */
export function failed(url: URL | string, why: string, reason: string, cause?: unknown): PlimsollError {
  const details = { url: publicUrl(url), status: null, reason };
  return new PlimsollError("HTTP_FAILED", `${publicUrl(url)} cannot be fetched: ${why}.`, { details, cause });
}
/** LIMIT_EXCEEDED for a body that is longer than allowed. */
export function tooLarge(url: URL, bodyBytesMax: number): PlimsollError {
  return new PlimsollError("LIMIT_EXCEEDED", `${publicUrl(url)} sends more than ${bodyBytesMax} bytes.`, {
    details: { url: publicUrl(url), limit: "bodyBytesMax", max: bodyBytesMax },
  });
}
