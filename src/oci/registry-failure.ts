/**
 * What a registry's refusals and silences mean, as error codes. No text of the registry is shown but its error code.
 */
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import type { HttpResponse } from "../io/http.ts";
import { OciError } from "./error.ts";

/** What was asked for: `docker.io/library/alpine:3.20`, or a registry's host. Shown to people. */
export type AskedFor = string;

/** The error of an answer whose status is not the expected one. Reads a little of its body for the registry's code. */
export async function refusal(
  response: HttpResponse,
  asked: AskedFor,
  note: string | null,
): Promise<OciError> {
  const registryCode = await readErrorCode(response);
  const details = { url: response.url, status: response.status, registryCode };
  const name = printable(asked);
  const hint = note === null ? "" : ` (${note})`;
  switch (response.status) {
    case 401:
      return new OciError(
        "REGISTRY_UNAUTHORIZED",
        `${name} does not exist, or the sign-in used does not open it${hint}.`,
        { details },
      );
    case 403:
      return new OciError("REGISTRY_DENIED", `The registry denies access to ${name}${hint}.`, { details });
    case 404:
      return new OciError("SOURCE_NOT_FOUND", `The registry has no ${name}.`, { details });
    case 429:
      return new OciError("REGISTRY_RATE_LIMITED", `The registry allows no more requests for ${name} now.`, {
        details: { ...details, retryAfter: printable(response.headers["retry-after"] ?? "", 40) },
      });
    default:
      if (response.status >= 500) {
        return new OciError(
          "REGISTRY_UNREACHABLE",
          `The registry failed with status ${response.status} for ${name}.`,
          { details },
        );
      }
      return protocolError(`status ${response.status} for ${name}`, details);
  }
}

/** REGISTRY_PROTOCOL: an answer that no registry gives. */
export function protocolError(what: string, details: PlimsollError["details"] = {}): OciError {
  return new OciError("REGISTRY_PROTOCOL", `The registry answered with ${what}.`, { details });
}

/** Failures of transport as registry errors; other errors pass through. */
export function asRegistryError(error: unknown, host: string): unknown {
  if (!(error instanceof PlimsollError) || error.code !== "HTTP_FAILED") return error;
  const reason = String(error.details["reason"]);
  const options = { details: error.details, cause: error };
  if (reason === "redirect" || reason === "redirects" || reason === "url") {
    return new OciError("REGISTRY_PROTOCOL", error.message, options);
  }
  if (speaksPlainHttp(reason)) {
    return new OciError("REGISTRY_INSECURE", `${printable(host)} does not speak TLS.`, options);
  }
  const hint = isCertificateReason(reason)
    ? " Its certificate is not trusted; NODE_EXTRA_CA_CERTS can name a further authority."
    : "";
  return new OciError("REGISTRY_UNREACHABLE", `${error.message}${hint}`, options);
}

/** Whether a TLS handshake failed because the other side does not speak TLS at all. */
export function speaksPlainHttp(reason: string): boolean {
  return plainHttpReasons.has(reason);
}

const plainHttpReasons: ReadonlySet<string> = new Set([
  "EPROTO",
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "ERR_SSL_PACKET_LENGTH_TOO_LONG",
  "ERR_SSL_HTTP_REQUEST",
]);

function isCertificateReason(reason: string): boolean {
  return /CERT|SELF_SIGNED|VERIFY_LEAF|ALTNAME/.test(reason);
}

const errorBytesMax = 16 * 1024;

/** `{"errors":[{"code":"MANIFEST_UNKNOWN"}]}` -> `MANIFEST_UNKNOWN`; null when there is none. */
async function readErrorCode(response: HttpResponse): Promise<string | null> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of response.body) {
      size += piece.byteLength;
      if (size > errorBytesMax) return null;
      pieces.push(piece);
    }
  } catch (error) {
    // The status has said enough.
    if (error instanceof PlimsollError) return null;
    throw error;
  }
  return /"code"\s{0,8}:\s{0,8}"([A-Z_]{1,40})"/.exec(Buffer.concat(pieces).toString("utf8"))?.[1] ?? null;
}
