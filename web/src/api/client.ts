/**
 * The door to the server: JSON over fetch, with the session's cookie, the token against forged requests on everything that
 * writes, and refusals as `ApiProblem`. Answers are typed by the shapes of `src/api`, which the server checks; they are not
 * checked again here.
 */
import { ApiProblem, readProblem, unreachable } from "./problem.ts";

const BASE = "/api/v1";
const CSRF_HEADER = "x-plimsoll-csrf";

/** What a call may carry. */
export interface CallOptions {
  /** Parameters of the address; null, undefined and "" are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly signal?: AbortSignal;
}

/** The five ways of asking. Each throws `ApiProblem`, or `AbortError` when the caller gave up. */
export interface Calls {
  readonly get: <Answer>(path: string, options?: CallOptions) => Promise<Answer>;
  readonly post: <Answer>(path: string, body?: unknown, options?: CallOptions) => Promise<Answer>;
  readonly put: <Answer>(path: string, body?: unknown, options?: CallOptions) => Promise<Answer>;
  readonly patch: <Answer>(path: string, body?: unknown, options?: CallOptions) => Promise<Answer>;
  /** DELETE; `delete` is a word of the language. */
  readonly del: <Answer = void>(path: string, options?: CallOptions) => Promise<Answer>;
}

/** `ask` is the browser's `fetch` but in tests; `csrf` tells the token of the moment. */
export function createCalls(ask: typeof fetch, csrf: () => string | null): Calls {
  const call = (method: string, path: string, body: unknown, options: CallOptions = {}): Promise<never> =>
    exchange(ask, csrf(), { method, path, body, options }) as Promise<never>;
  return {
    get: (path, options) => call("GET", path, undefined, options),
    post: (path, body, options) => call("POST", path, body, options),
    put: (path, body, options) => call("PUT", path, body, options),
    patch: (path, body, options) => call("PATCH", path, body, options),
    del: (path, options) => call("DELETE", path, undefined, options),
  };
}

let csrfToken: string | null = null;

/** Told by whoever reads the session. Kept in memory only. */
export function setCsrf(token: string | null): void {
  csrfToken = token;
}

export const { get, post, put, patch, del } = createCalls(
  (address, init) => fetch(address, init),
  () => csrfToken,
);

/** `/orgs/acme/images` with parameters, for a link that downloads. */
export function apiAddress(path: string, query: CallOptions["query"] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== "") parameters.set(name, String(value));
  const search = parameters.toString();
  return `${BASE}${path}${search === "" ? "" : `?${search}`}`;
}

/** Path below an organisation, each part encoded: `orgPath("acme", "images", id)`. */
export function orgPath(org: string, ...parts: readonly string[]): string {
  return ["/orgs", org, ...parts].map((part, at) => (at === 0 ? part : encodeURIComponent(part))).join("/");
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly options: CallOptions;
}

async function exchange(ask: typeof fetch, csrf: string | null, asked: Asked): Promise<unknown> {
  const { method, path, body, options } = asked;
  const headers: Record<string, string> = { accept: "application/json, application/problem+json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (method !== "GET" && csrf !== null) headers[CSRF_HEADER] = csrf;
  const response = await reach(ask, apiAddress(path, options.query), {
    method,
    headers,
    credentials: "same-origin",
    redirect: "error",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const answer = await readJson(response);
  if (!response.ok) throw readProblem(response.status, answer);
  return answer;
}

async function reach(ask: typeof fetch, address: string, init: RequestInit): Promise<Response> {
  try {
    return await ask(address, init);
  } catch (error) {
    // A call that was given up is no failure; the query library knows it by its name.
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable(error);
  }
}

/** Undefined for an empty body, and for a refusal whose body is no JSON. @throws ApiProblem `ANSWER_INVALID` */
async function readJson(response: Response): Promise<unknown> {
  const body = await response.text();
  if (body === "") return undefined;
  try {
    return JSON.parse(body);
  } catch (cause) {
    if (!response.ok) return undefined;
    throw new ApiProblem(
      {
        code: "ANSWER_INVALID",
        title: "The server's answer could not be read.",
        detail: "",
        advice: "Load the page again: the dashboard may be older than the server.",
        status: response.status,
        fields: {},
      },
      { cause },
    );
  }
}
