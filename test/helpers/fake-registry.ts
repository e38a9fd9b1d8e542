/**
 * A small registry on loopback for tests: anonymous, basic or token sign-in, referrers, redirects of blobs to a second
 * server, and faults on demand. It records every request.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type BuiltImage, sha256 } from "./oci-image.ts";

export interface RecordedRequest {
  /** `registry`, `storage` (where blobs are redirected to) or `auth`. */
  readonly at: "registry" | "storage" | "auth";
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** What happens instead of the answer; return true when the request has been answered. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface FakeRegistryOptions {
  readonly auth?: "none" | "basic" | "token";
  readonly user?: string;
  readonly password?: string;
  /** Identity token that the OAuth2 endpoint accepts. */
  readonly identityToken?: string;
  readonly redirectBlobs?: boolean;
  readonly referrersApi?: boolean;
  /** Realm to announce instead of its own. */
  readonly realm?: string;
}

export interface FakeRegistry {
  /** `127.0.0.1:45678` */
  readonly host: string;
  readonly requests: RecordedRequest[];
  readonly manifests: Map<string, { bytes: Uint8Array; mediaType: string }>;
  readonly blobs: Map<string, Uint8Array>;
  readonly referrers: Map<string, readonly object[]>;
  readonly faults: Fault[];
  /** Puts an image under a tag and its digest. */
  addImage(path: string, tag: string, image: BuiltImage): void;
  addManifest(path: string, reference: string | null, bytes: Uint8Array, mediaType: string): void;
  close(): Promise<void>;
}

const tokenText = "token-for-tests";

export async function startFakeRegistry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const requests: RecordedRequest[] = [];
  const manifests: FakeRegistry["manifests"] = new Map();
  const blobs: FakeRegistry["blobs"] = new Map();
  const referrers: FakeRegistry["referrers"] = new Map();
  const faults: Fault[] = [];
  const servers: Server[] = [];
  const storage = await listen((request, response) => {
    sendBlob(blobs, request, response);
  });
  const auth = await listen((request, response) => sendToken(options, request, response));
  const registry = await listen((request, response) => {
    if (faults.some((fault) => fault(request, response))) return;
    if (!isSignedIn(options, request)) return challenge(options, auth.host, response);
    answer(request, response);
  });

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", "http://registry");
    if (url.pathname === "/v2/_catalog") return sendCatalog(manifests, response);
    const match = /^\/v2\/(.+)\/(manifests|blobs|referrers|tags)\/([^/]+)$/.exec(url.pathname);
    if (match === null) return send(response, url.pathname === "/v2/" ? 200 : 404, "{}");
    const [, path, kind, last] = match;
    if (kind === "manifests") {
      const found = manifests.get(`${path}:${last}`);
      if (found === undefined) return send(response, 404, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
      response.setHeader("docker-content-digest", sha256(found.bytes));
      return send(response, 200, found.bytes, found.mediaType);
    }
    if (kind === "referrers") {
      if (options.referrersApi !== true) return send(response, 404, "404 page not found");
      const list = { schemaVersion: 2, mediaType: indexType, manifests: referrers.get(last ?? "") ?? [] };
      return send(response, 200, JSON.stringify(list), indexType);
    }
    if (kind === "tags") return sendTags(manifests, path ?? "", url, response);
    if (options.redirectBlobs !== true) return sendBlob(blobs, request, response);
    response.setHeader("location", `http://${storage.host}/signed/${last}?signature=secret-of-storage`);
    send(response, 307, "");
  }

  async function listen(handle: (request: IncomingMessage, response: ServerResponse, body: string) => void) {
    const at = (["storage", "auth", "registry"] as const)[servers.length] ?? "registry";
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (piece: Buffer) => (body += piece.toString()));
      request.on("end", () => {
        const { method = "", url = "", headers } = request;
        requests.push({ at, method, url, headers, body });
        Object.assign(request, { body });
        handle(request, response, body);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  function addManifest(path: string, reference: string | null, bytes: Uint8Array, mediaType: string): void {
    manifests.set(`${path}:${sha256(bytes)}`, { bytes, mediaType });
    if (reference !== null) manifests.set(`${path}:${reference}`, { bytes, mediaType });
  }

  return {
    host: registry.host,
    requests,
    manifests,
    blobs,
    referrers,
    faults,
    addManifest,
    addImage(path, tag, image) {
      addManifest(path, tag, image.manifest, image.manifestMediaType);
      for (const [digest, bytes] of image.blobs) blobs.set(digest, bytes);
    },
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

const indexType = "application/vnd.oci.image.index.v1+json";

function isSignedIn(options: FakeRegistryOptions, request: IncomingMessage): boolean {
  const given = request.headers.authorization ?? "";
  if (options.auth === "basic") return given === basic(options);
  return options.auth !== "token" || given === `Bearer ${tokenText}`;
}

function challenge(options: FakeRegistryOptions, authHost: string, response: ServerResponse): void {
  const realm = options.realm ?? `http://${authHost}/token`;
  const bearer = `Bearer realm="${realm}",service="fake.example",scope="repository:team/app:pull"`;
  response.setHeader("www-authenticate", options.auth === "basic" ? 'Basic realm="fake, registry"' : bearer);
  send(response, 401, '{"errors":[{"code":"UNAUTHORIZED"}]}');
}

/** Anonymous unless a user is set; then by basic (GET) or identity token (POST). */
function sendToken(options: FakeRegistryOptions, request: IncomingMessage, response: ServerResponse): void {
  const body = new URLSearchParams("body" in request ? String(request.body) : "");
  const isExchange = request.method === "POST";
  const isKnown = isExchange
    ? options.identityToken !== undefined && body.get("refresh_token") === options.identityToken
    : options.user === undefined || request.headers.authorization === basic(options);
  if (!isKnown) return send(response, 401, '{"details":"incorrect username or password"}');
  send(response, 200, JSON.stringify(isExchange ? { access_token: tokenText } : { token: tokenText }));
}

function basic(options: FakeRegistryOptions): string {
  return `Basic ${Buffer.from(`${options.user}:${options.password}`).toString("base64")}`;
}

function sendCatalog(manifests: FakeRegistry["manifests"], response: ServerResponse): void {
  const paths = [...manifests.keys()].map((key) => key.slice(0, key.search(/:(?:sha256:)?[^:]*$/)));
  send(response, 200, JSON.stringify({ repositories: [...new Set(paths)].toSorted() }));
}

function sendBlob(blobs: FakeRegistry["blobs"], request: IncomingMessage, response: ServerResponse): void {
  const digest = /sha256:[0-9a-f]{64}/.exec(request.url ?? "")?.[0] ?? "";
  const bytes = blobs.get(digest);
  if (bytes === undefined) return send(response, 404, '{"errors":[{"code":"BLOB_UNKNOWN"}]}');
  const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
  if (from === undefined) return send(response, 200, bytes, "application/octet-stream");
  response.setHeader("content-range", `bytes ${from}-${bytes.byteLength - 1}/${bytes.byteLength}`);
  send(response, 206, bytes.subarray(Number(from)), "application/octet-stream");
}

/** Two tags a page. */
function sendTags(
  manifests: FakeRegistry["manifests"],
  path: string,
  url: URL,
  response: ServerResponse,
): void {
  const names = [...manifests.keys()].filter((key) => key.startsWith(`${path}:`) && !key.includes("sha256:"));
  const tags = names.map((key) => key.slice(path.length + 1)).toSorted();
  const after = url.searchParams.get("last") ?? "";
  const page = tags.filter((tag) => tag > after).slice(0, 2);
  const last = page.at(-1);
  if (last !== undefined && last !== tags.at(-1)) {
    response.setHeader("link", `</v2/${path}/tags/list?n=2&last=${last}>; rel="next"`);
  }
  send(response, 200, JSON.stringify({ name: path, tags: page }));
}

function send(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  mediaType = "application/json",
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { "content-type": mediaType, "content-length": bytes.length });
  response.end(response.req.method === "HEAD" ? undefined : bytes);
}
