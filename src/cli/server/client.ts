/**
 * Speaks to a Plimsoll server: bounded requests with the token of the sign-in, answers checked against the wire shapes of `api`,
 * refusals as errors with the server's own code, detail and advice.
 */
import { PlimsollError } from "../../domain/error.ts";
import { errorCodes, type ErrorCode } from "../../domain/error-codes.ts";
import { printable } from "../../domain/problem.ts";
import { isLoopbackHost } from "../../io/http-hosts.ts";
import { httpRequest, type HttpRequest } from "../../io/http.ts";
import type { CliContext } from "../context.ts";
import { readCredentials } from "./credentials.ts";

/** What a schema of `src/api/rest` offers; `Shape<unknown>` for answers without a body. */
export interface Shape<T> {
  safeParse(value: unknown): { readonly success: true; readonly data: T } | { readonly success: false };
}

export interface ServerRequest {
  readonly method?: HttpRequest["method"];
  /** Below `/api/v1`: `/session`. Parts of it that are no constants come through `encodeURIComponent`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
}

export interface ServerClient {
  /** `https://plimsoll.example.com` */
  readonly server: string;
  /** Asks and checks the answer. @throws ServerError as the server says; PlimsollError SERVER_UNREACHABLE, SERVER_PROTOCOL */
  ask<T>(request: ServerRequest, shape: Shape<T>): Promise<T>;
  /** Asks for a change that is answered without a body. */
  tell(request: ServerRequest): Promise<void>;
}

/** A refusal by the server, with the advice that it gave. */
export class ServerError extends PlimsollError {
  readonly status: number;
  readonly #advice: string;

  constructor(code: ErrorCode, message: string, facts: { status: number; advice: string }) {
    super(code, message, { details: { status: facts.status } });
    this.status = facts.status;
    this.#advice = facts.advice;
  }

  override get advice(): string {
    return this.#advice;
  }
}

export interface ServerAccess {
  readonly server: string;
  /** Null: asks without one. */
  readonly token: string | null;
  readonly allowPlainHttp: boolean;
}

/**
 * Which server is meant, and with which token: settings first, then the sign-in of `plimsoll login`.
 * @throws PlimsollError SERVER_UNKNOWN, SIGN_IN_NEEDED, CONFIG_INVALID
 */
export async function chooseServer(context: CliContext): Promise<ServerAccess & { readonly token: string }> {
  const { client } = context.config;
  const credentials = await readCredentials(client.credentialsFile);
  const server = client.server ?? credentials.current;
  if (server === null) throw new PlimsollError("SERVER_UNKNOWN", "No Plimsoll server is named.");
  const signIn = credentials.servers[server];
  const token = client.token ?? signIn?.token ?? null;
  if (token === null) {
    throw new PlimsollError(
      "SIGN_IN_NEEDED",
      `Nobody is signed in to ${server}: run plimsoll login --server ${server}, or set PLIMSOLL_TOKEN.`,
    );
  }
  return { server, token, allowPlainHttp: client.allowPlainHttp || signIn?.allowPlainHttp === true };
}

/** The client of the chosen server. @throws as `chooseServer` and `createServerClient` */
export async function openServer(context: CliContext): Promise<ServerClient> {
  return createServerClient(await chooseServer(context));
}

/** @throws PlimsollError SERVER_INSECURE for plain http to another machine, unless allowed */
export function createServerClient(access: ServerAccess): ServerClient {
  const { server, token, allowPlainHttp } = access;
  const { protocol, hostname } = new URL(server);
  if (protocol === "http:" && !allowPlainHttp && !isLoopbackHost(hostname)) {
    throw new PlimsollError("SERVER_INSECURE", `${server} would be sent passwords and tokens without TLS.`);
  }
  return {
    server,
    ask: async (request, shape) => {
      const body = await exchange(server, token, request);
      const parsed = shape.safeParse(parseJson(server, body));
      if (parsed.success) return parsed.data;
      throw notUnderstood(server, `${request.method ?? "GET"} ${request.path}`);
    },
    tell: async (request) => void (await exchange(server, token, request)),
  };
}

async function exchange(server: string, token: string | null, request: ServerRequest): Promise<string> {
  const url = new URL(`${server}/api/v1${request.path}`);
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  const response = await httpRequest({
    url: url.href,
    method: request.method ?? "GET",
    headers: {
      accept: "application/json",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(request.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    limits: { totalTimeoutMs: 60_000, retriesMax: 2, redirectsMax: 0, bodyBytesMax: ANSWER_BYTES_MAX },
  }).catch((error: unknown) => {
    throw unreachable(server, error);
  });
  const pieces: Uint8Array[] = [];
  for await (const piece of response.body) pieces.push(piece);
  const text = Buffer.concat(pieces).toString("utf8");
  if (response.status >= 200 && response.status <= 299) return text;
  throw refusal(server, response.status, text);
}

/** The server's problem document (RFC 9457) as an error. Its words are text of another machine, so they are made printable. */
function refusal(server: string, status: number, text: string): PlimsollError {
  const said = asProblem(text);
  if (said === null) return notUnderstood(server, `status ${status}`);
  const code = said.code in errorCodes ? (said.code as ErrorCode) : "SERVER_PROTOCOL";
  const fields = said.fields.map(({ path, message }) => `${path}: ${message}`).join("; ");
  const message = printable(said.detail.includes(fields) ? said.detail : `${said.detail} (${fields})`, 2000);
  return new ServerError(code, message, { status, advice: printable(said.advice, 1000) });
}

interface ProblemDocument {
  readonly code: string;
  readonly detail: string;
  readonly advice: string;
  readonly fields: readonly { readonly path: string; readonly message: string }[];
}

function asProblem(text: string): ProblemDocument | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { code, detail, advice, fields } = value as Record<string, unknown>;
  if (typeof code !== "string" || typeof detail !== "string") return null;
  return {
    code,
    detail,
    advice: typeof advice === "string" ? advice : "",
    fields: Array.isArray(fields) ? fields.flatMap(asField) : [],
  };
}

function asField(value: unknown): { path: string; message: string }[] {
  const { path, message } = (value ?? {}) as Record<string, unknown>;
  return typeof path === "string" && typeof message === "string" ? [{ path, message }] : [];
}

function parseJson(server: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notUnderstood(server, "an answer that is no JSON");
  }
}

function notUnderstood(server: string, what: string): PlimsollError {
  return new PlimsollError("SERVER_PROTOCOL", `${server} does not answer like a Plimsoll server (${what}).`);
}

function unreachable(server: string, error: unknown): unknown {
  if (!(error instanceof PlimsollError) || error.code !== "HTTP_FAILED") return error;
  return new PlimsollError("SERVER_UNREACHABLE", `${server} does not answer: ${error.message}`, {
    cause: error,
  });
}

const ANSWER_BYTES_MAX = 64 * 1024 * 1024;
