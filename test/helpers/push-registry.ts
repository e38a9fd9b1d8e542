/** A registry on loopback that takes pushes and keeps them in memory. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { sha256 } from "./oci-image.ts";

export interface PushRegistry {
  /** `127.0.0.1:45678` */
  readonly host: string;
  /** By digest. */
  readonly blobs: Map<string, Buffer>;
  /** By `path:tag` and `path:digest`. */
  readonly manifests: Map<string, { readonly bytes: Buffer; readonly mediaType: string }>;
  /** `PUT /v2/…`, and of whom. */
  readonly requests: { readonly line: string; readonly authorization: string | null }[];
  close(): Promise<void>;
}

export interface PushRegistryOptions {
  /** Uploads go to another server, as where a cloud's storage takes them. */
  readonly uploadsElsewhere?: boolean;
  /** `user:password` without which nothing is taken. */
  readonly basic?: string;
}

export async function startPushRegistry(options: PushRegistryOptions = {}): Promise<PushRegistry> {
  const blobs: PushRegistry["blobs"] = new Map();
  const manifests: PushRegistry["manifests"] = new Map();
  const requests: PushRegistry["requests"] = [];
  const take = (request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
    const { method = "", url = "", headers } = request;
    requests.push({ line: `${method} ${url}`, authorization: headers.authorization ?? null });
    const { pathname, searchParams } = new URL(url, "http://registry");
    const expected = `Basic ${Buffer.from(options.basic ?? "").toString("base64")}`;
    if (options.basic !== undefined && pathname !== "/storage" && headers.authorization !== expected)
      return void response.writeHead(401, { "www-authenticate": 'Basic realm="registry"' }).end();
    if (method === "POST") {
      const place =
        options.uploadsElsewhere === true ? `http://${storage.host}/storage?key=1` : `${pathname}1?state=x`;
      return void response.writeHead(202, { location: place }).end();
    }
    if (method === "PUT" && searchParams.has("digest")) {
      const digest = searchParams.get("digest") ?? "";
      if (sha256(body) !== digest)
        return void response.writeHead(400).end('{"errors":[{"code":"DIGEST_INVALID"}]}');
      blobs.set(digest, body);
      return void response.writeHead(201).end();
    }
    const [, path = "", kind = "", last = ""] =
      /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(pathname) ?? [];
    if (method === "PUT") {
      const manifest = { bytes: body, mediaType: headers["content-type"] ?? "" };
      for (const name of [last, sha256(body)]) manifests.set(`${path}:${name}`, manifest);
      return void response.writeHead(201, { "docker-content-digest": sha256(body) }).end();
    }
    const found = kind === "manifests" ? manifests.get(`${path}:${last}`)?.bytes : blobs.get(last);
    if (found === undefined) return void response.writeHead(pathname === "/v2/" ? 200 : 404).end();
    const mediaType = manifests.get(`${path}:${last}`)?.mediaType ?? "application/octet-stream";
    response.writeHead(200, { "content-type": mediaType, "content-length": found.length });
    response.end(method === "HEAD" ? undefined : found);
  };
  const [registry, storage] = [await listen(take), await listen(take)];
  return {
    host: registry.host,
    blobs,
    manifests,
    requests,
    async close() {
      await registry.close();
      await storage.close();
    },
  };
}

async function listen(
  take: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void,
): Promise<{ host: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => take(request, response, Buffer.concat(pieces)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
