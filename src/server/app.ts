/**
 * The server as one function from request to answer: routes below `/api/v1`, the dashboard for every other address, and what
 * holds for all of them: host, headers, limits, errors.
 */
import { Hono, type Context } from "hono";
import type { BlockList } from "node:net";
import { PlimsollError } from "../domain/error.ts";
import { isLoopbackHost } from "../io/http-hosts.ts";
import { clientAddress } from "./client-address.ts";
import { securityHeaders } from "./csp.ts";
import { visit } from "./door.ts";
import { openApiDocument } from "./openapi.ts";
import type { ServerParts } from "./parts.ts";
import { problemResponse } from "./problem.ts";
import type { Route } from "./route.ts";
import { createStaticFiles } from "./static.ts";

export interface AppOptions {
  /** Folder of the built dashboard (`dist/web`); null: none, and a page says so. */
  readonly webDir: string | null;
  /** Whether it listens on loopback only: then only loopback's names and the public one are answered to. Default true. */
  readonly isOnLoopback?: boolean;
  /** Proxies whose word on the client's address is taken; see `client-address.ts`. Default none. */
  readonly trustedProxies?: BlockList | null;
  /** Answers that are not of their route's shape are errors. For tests. */
  readonly checkAnswers?: boolean;
  /** A route that has not answered by then is given up. Default 30 s; a stream is not cut once it has begun. */
  readonly timeLimitMs?: number;
  /** Told of errors that are not the caller's doing. Default: standard error. */
  readonly log?: (line: string) => void;
}

export type App = Hono<{ Bindings: ConnectionBinding }>;

/** What the HTTP server knows of the connection; tests give their own. */
interface ConnectionBinding {
  readonly incoming?: { readonly socket: { readonly remoteAddress?: string | undefined } };
}

type AppContext = Context<{ Bindings: ConnectionBinding }>;

export function createApp(parts: ServerParts, routes: readonly Route[], options: AppOptions): App {
  const { log = logToStandardError, timeLimitMs = TIME_LIMIT_MS } = options;
  const app: App = new Hono();
  app.use(async (context, next) => {
    if (options.isOnLoopback !== false) checkHost(context.req.raw, parts.publicUrl);
    await next();
    for (const [name, value] of Object.entries(securityHeaders)) context.header(name, value);
    if (context.req.path.startsWith("/api/")) context.header("cache-control", "no-store");
  });
  app.onError((error, context) => {
    const answer = problemResponse(error, { method: context.req.method, route: "-" }, log);
    for (const [name, value] of Object.entries(securityHeaders)) answer.headers.set(name, value);
    return answer;
  });
  for (const route of mostSpecificFirst(routes)) {
    const { method, path, alsoAt } = route.spec;
    const addresses = [API + toPattern(path), ...(alsoAt === undefined ? [] : [toPattern(alsoAt)])];
    app.on(method.toUpperCase(), addresses, async (context) => {
      // Hono answers HEAD as GET and drops the body, which would leave streams open.
      if (context.req.method === "HEAD") return notFound(context, log);
      try {
        const asked = {
          request: context.req.raw,
          params: context.req.param() as Record<string, string>,
          address: addressOf(context, options.trustedProxies ?? null),
        };
        return await inTime(visit(route, asked, parts, options.checkAnswers === true), timeLimitMs);
      } catch (error) {
        return problemResponse(error, { method: context.req.method, route: path }, log);
      }
    });
  }
  const document = JSON.stringify(openApiDocument(routes, parts.version));
  app.get(`${API}/openapi.json`, () => {
    return new Response(document, { headers: { "content-type": "application/json" } });
  });
  app.all("/api/*", (context) => notFound(context, log));
  const files = createStaticFiles(options.webDir);
  app.get("*", (context) => files(context.req.path));
  app.all("*", (context) => notFound(context, log));
  return app;
}

const API = "/api/v1";

/** `/orgs/{org}/images` -> `/orgs/:org/images` */
function toPattern(path: string): string {
  return path.replaceAll(/\{([A-Za-z]+)\}/g, ":$1");
}

/** The first route that fits answers, so `/images/summary` stands before `/images/{imageId}`. */
function mostSpecificFirst(routes: readonly Route[]): readonly Route[] {
  const key = ({ spec }: Route): string =>
    spec.path
      .split("/")
      .map((segment) => (segment.startsWith("{") ? "1" : "0"))
      .join("");
  return routes.toSorted((left, right) => (key(left) < key(right) ? -1 : key(left) > key(right) ? 1 : 0));
}

/**
 * A page elsewhere may let its name point at this machine and then speak to us as its own site (DNS rebinding). It cannot name
 * another host than its own.
 * @throws PlimsollError HOST_UNKNOWN
 */
function checkHost(request: Request, publicUrl: string): void {
  const { hostname } = new URL(request.url);
  if (isLoopbackHost(hostname) || hostname === new URL(publicUrl).hostname) return;
  throw new PlimsollError("HOST_UNKNOWN", "The request names a host that this server is not.");
}

function addressOf(context: AppContext, trusted: BlockList | null): string {
  const connection = context.env?.incoming?.socket.remoteAddress ?? "unknown";
  return clientAddress(connection, context.req.header("x-forwarded-for") ?? null, trusted);
}

async function inTime(answer: Promise<Response>, limitMs: number): Promise<Response> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new PlimsollError("REQUEST_TIMEOUT", `No answer within ${limitMs / 1000} seconds.`));
    }, limitMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function notFound(context: AppContext, log: (line: string) => void): Response {
  const error = new PlimsollError("NOT_FOUND", "There is nothing at this address.");
  return problemResponse(error, { method: context.req.method, route: "-" }, log);
}

function logToStandardError(line: string): void {
  process.stderr.write(`${line}\n`);
}

const TIME_LIMIT_MS = 30_000;
