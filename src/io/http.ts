/**
 * Bounded HTTP (RFC 9110) for everything that is fetched: registries, feeds, mirrors.
 *
 * Promises: every wait and every size has a ceiling; credentials are never sent on to another origin by a redirect;
 * a redirect never leads from https to http, nor from elsewhere to this machine; no error text holds a credential or query.
 */
import { PlimsollError } from "../domain/error.ts";
import { dispatcherFor } from "./http-dispatcher.ts";
import { asFailure, failed, httpStatusError, publicUrl, tooLarge } from "./http-failure.ts";
import { defaultHttpLimits, type HttpLimits } from "./http-limits.ts";
import { redirectStatuses, redirectTarget, withoutCredentials } from "./http-redirect.ts";
import type { HttpRoute } from "./http-route.ts";
import { isRetryableCause, isRetryableStatus, pause, retryPause } from "./http-retry.ts";

export interface HttpRequest {
  /** `https://…` or `http://…`. User and password in it become an `Authorization: Basic` header. */
  readonly url: string;
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Body of a POST, PUT or PATCH. */
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal | null;
  readonly limits?: Partial<HttpLimits>;
  /** Asked before each request, redirects included; false refuses the address. Default: any https or http address. */
  readonly isAllowed?: (url: URL) => boolean;
  /** Unix socket or certificates for this address's origin alone: a redirect to another is followed without. */
  readonly route?: HttpRoute | null;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Address that answered, without credentials and query. */
  readonly url: string;
  /** Read once; throws HTTP_FAILED (broken off, too slow) or LIMIT_EXCEEDED (`bodyBytesMax`). */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the exchange without reading the body. Call it when `body` is not read. */
  discard(): Promise<void>;
}

/**
 * One exchange, with redirects followed (GET and HEAD) and retries made. Any final status is returned, 4xx and 5xx too.
 * @throws PlimsollError HTTP_FAILED with details `url`, `status` (null) and `reason` (`ECONNREFUSED`, `timeout`, …); an
 * abort throws the signal's reason.
 */
export async function httpRequest(request: HttpRequest): Promise<HttpResponse> {
  const limits: HttpLimits = { ...defaultHttpLimits, ...request.limits };
  const deadline = AbortSignal.timeout(limits.totalTimeoutMs);
  const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline;
  let { url, headers } = firstStep(request);
  let route = request.route ?? null;
  for (let redirects = 0; ; redirects += 1) {
    const response = await tryUntilAnswered({ ...request, headers, route }, url, limits, signal);
    const location = response.headers["location"];
    if (!redirectStatuses.has(response.status) || location === undefined || !isReading(request)) {
      return response;
    }
    await response.discard();
    if (redirects >= limits.redirectsMax)
      throw failed(url, `it redirects more than ${limits.redirectsMax} times`, "redirects");
    const next = redirectTarget(url, location);
    if (next.origin !== url.origin) {
      headers = withoutCredentials(headers);
      route = null;
    }
    url = next;
  }
}

/**
 * The whole body of a successful answer. `accept` lists further statuses that are no failure, e.g. `[304, 404]`.
 * @throws PlimsollError HTTP_FAILED for other statuses (details `status`), LIMIT_EXCEEDED past `bodyBytesMax`
 */
export async function httpBytes(
  request: HttpRequest & { readonly accept?: readonly number[] },
): Promise<Omit<HttpResponse, "body" | "discard"> & { readonly bytes: Uint8Array }> {
  const response = await httpRequest(request);
  const { status, headers, url } = response;
  if ((status < 200 || status > 299) && !(request.accept ?? []).includes(status)) {
    await response.discard();
    throw httpStatusError(url, status);
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of response.body) pieces.push(piece);
  return { status, headers, url, bytes: Buffer.concat(pieces) };
}

function firstStep(request: HttpRequest): { url: URL; headers: Readonly<Record<string, string>> } {
  const url = URL.parse(request.url);
  if (url === null) throw failed(request.url, "it is not a valid address", "url");
  let headers: Readonly<Record<string, string>> = {
    "accept-encoding": "identity",
    "user-agent": "plimsoll",
    ...request.headers,
  };
  if (url.username !== "" || url.password !== "") {
    const pair = `${decoded(url.username)}:${decoded(url.password)}`;
    headers = { ...headers, authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
    url.username = "";
    url.password = "";
  }
  return { url, headers };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign stands for itself.
    return text;
  }
}

async function tryUntilAnswered(
  request: HttpRequest,
  url: URL,
  limits: HttpLimits,
  signal: AbortSignal,
): Promise<HttpResponse> {
  if ((url.protocol !== "https:" && url.protocol !== "http:") || request.isAllowed?.(url) === false) {
    throw failed(url, "this address may not be asked", "refused");
  }
  for (let attempt = 1; ; attempt += 1) {
    let response: HttpResponse | null = null;
    let failure: PlimsollError | null = null;
    try {
      response = await exchange(request, url, limits, signal);
      if (!isRetryableStatus(response.status)) return response;
    } catch (error) {
      failure = asFailure(error, url, request.signal ?? null);
      if (!isRetryableCause(String(failure.details["reason"]))) throw failure;
    }
    const wait = isReading(request)
      ? retryPause(attempt, response?.headers["retry-after"] ?? null, limits)
      : null;
    if (wait === null) {
      if (response !== null) return response;
      throw failure;
    }
    await response?.discard();
    await pause(wait, signal).catch((error: unknown) => {
      throw asFailure(error, url, request.signal ?? null);
    });
  }
}

/** Only what changes nothing is repeated or sent on elsewhere. */
function isReading({ method = "GET" }: HttpRequest): boolean {
  return method === "GET" || method === "HEAD";
}

/** One request, one answer, no judgement. */
async function exchange(
  request: HttpRequest,
  url: URL,
  limits: HttpLimits,
  signal: AbortSignal,
): Promise<HttpResponse> {
  signal.throwIfAborted();
  const { request: send, dispatcher } = await dispatcherFor(
    url,
    limits.connectTimeoutMs,
    request.route ?? null,
  );
  const answer = await send(url, {
    dispatcher,
    method: request.method ?? "GET",
    headers: { ...request.headers },
    body: request.body ?? null,
    signal,
    headersTimeout: limits.headersTimeoutMs,
    bodyTimeout: limits.bodyIdleTimeoutMs,
  });
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : value;
  }
  const stream = answer.body;
  // A body that nobody reads may still fail; that failure belongs to nobody.
  stream.on("error", () => {});
  return {
    status: answer.statusCode,
    headers,
    url: publicUrl(url),
    body: bounded(stream, url, limits, request.signal ?? null),
    discard: async () => {
      stream.destroy();
    },
  };
}

async function* bounded(
  stream: AsyncIterable<Uint8Array>,
  url: URL,
  limits: HttpLimits,
  signal: AbortSignal | null,
): AsyncGenerator<Uint8Array> {
  let read = 0;
  try {
    for await (const piece of stream) {
      read += piece.byteLength;
      if (read > limits.bodyBytesMax) throw tooLarge(url, limits.bodyBytesMax);
      yield piece;
    }
  } catch (error) {
    throw asFailure(error, url, signal);
  }
}
