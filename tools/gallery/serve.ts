/**
 * Serves a built dashboard under the product's own content security policy, with the answers of an API that knows one account and
 * one organisation: enough for the shell around the pages. For looking at parts, and for the test of them.
 */
import { readFileSync, statSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { securityHeaders } from "../../src/server/csp.ts";

export interface GalleryServer {
  /** `http://127.0.0.1:41234` */
  readonly address: string;
  readonly close: () => Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

const answers: Readonly<Record<string, unknown>> = {
  "/api/v1/session": {
    account: { id: "0", name: "ada", displayName: "Ada", isAdministrator: false },
    organisations: [
      { name: "acme", role: "security" },
      { name: "widgets", role: "viewer" },
    ],
    csrfToken: "x",
  },
  "/api/v1/orgs/acme/notices": {
    unread: 1,
    entries: [
      {
        event: {
          id: 2,
          kind: "verdict.changed",
          at: "2026-11-20T12:00:00Z",
          title: "acme/my-app:1.2 is no longer compliant with Approved DHI base images",
          actor: null,
          imageId: "1",
          repositoryId: null,
          policyId: null,
          exceptionId: null,
          body: {},
        },
        readAt: null,
      },
    ],
  },
};

/** Files of `folder`; an address without a file and without an ending is a page. */
export async function serveGallery(folder: string): Promise<GalleryServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    if (pathname.startsWith("/api/")) return answer(response, pathname);
    const file = join(folder, normalize(decodeURIComponent(pathname)));
    const isFile = extname(pathname) !== "" && statSync(file, { throwIfNoEntry: false })?.isFile() === true;
    const path = isFile ? file : join(folder, "index.html");
    response.setHeader("content-type", types[extname(path)] ?? "application/octet-stream");
    response.end(readFileSync(path));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

function answer(response: ServerResponse, pathname: string): void {
  const body = answers[pathname];
  if (pathname.endsWith("/stream")) {
    response.setHeader("content-type", "text/event-stream");
    response.write(": open\n\n");
    return;
  }
  if (pathname.endsWith("/notices/read")) {
    response.statusCode = 204;
    response.end();
    return;
  }
  response.statusCode = body === undefined ? 404 : 200;
  response.setHeader("content-type", body === undefined ? "application/problem+json" : "application/json");
  response.end(JSON.stringify(body ?? { code: "NOT_FOUND", title: "There is no such thing.", status: 404 }));
}
