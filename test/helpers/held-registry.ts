/**
 * A real registry (Debian's docker-registry) behind a door that the test holds: what is asked of it can be kept waiting, whole or
 * in the middle, and its notifications go through the same door, which keeps what the server acknowledged.
 */
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { startRegistry, type LocalRegistry } from "./local-registry.ts";
import type { BuiltImage } from "./oci-image.ts";

export interface HeldRegistry {
  /** `127.0.0.1:PORT` of the door: the registry's name for everybody. */
  readonly host: string;
  /** Starts the registry behind the door. `settings`: more lines of its config.yml. */
  open(folder: string, settings: string): Promise<void>;
  /** Where its notifications go: `http://127.0.0.1:PORT`, or null while nobody takes them. They are sent again until somebody does. */
  tell(address: string | null): void;
  /** The path of notifications at the door becomes this one at the server. */
  notificationUrl(path: string): string;
  /** Digests of manifests whose notification the server acknowledged with 2xx, each as often as it did. */
  readonly acknowledged: readonly string[];
  /** From now on every answer about this digest waits: before its first byte, or after half of its content. */
  hold(digest: string, where: "before" | "half"): Hold;
  push(path: string, tag: string, image: BuiltImage): Promise<void>;
  close(): Promise<void>;
}

export interface Hold {
  /** Somebody asked, and waits. */
  readonly isReached: boolean;
  /** Lets everybody have the rest, now and later. */
  release(): void;
}

interface Holding {
  readonly digest: string;
  readonly where: "before" | "half";
  isReached: boolean;
  readonly released: Promise<void>;
}

export async function startHeldRegistry(): Promise<HeldRegistry> {
  const holds: Holding[] = [];
  const acknowledged: string[] = [];
  let registry: LocalRegistry | null = null;
  let server: string | null = null;
  const door = createServer((request, response) => {
    const isTold = request.url?.startsWith(TOLD) === true;
    const answered = isTold
      ? passOn(request, response, server, acknowledged)
      : answer(request, response, registry?.host ?? null, holds);
    answered.catch(() => response.destroy());
  });
  await new Promise<void>((done) => door.listen(0, "127.0.0.1", done));
  const host = `127.0.0.1:${(door.address() as AddressInfo).port}`;
  return {
    host,
    acknowledged,
    open: async (folder, settings) => {
      registry = await startRegistry(folder, null, settings);
    },
    tell: (address) => {
      server = address;
    },
    notificationUrl: (path) => `http://${host}${TOLD}${path}`,
    hold: (digest, where) => {
      const { promise: released, resolve } = Promise.withResolvers<void>();
      const holding: Holding = { digest, where, isReached: false, released };
      holds.push(holding);
      return {
        get isReached() {
          return holding.isReached;
        },
        release: () => {
          holds.splice(holds.indexOf(holding), 1);
          resolve();
        },
      };
    },
    push: (path, tag, image) => pushThrough(host, path, tag, image),
    close: async () => {
      door.closeAllConnections();
      await new Promise<void>((done) => door.close(() => done()));
      await registry?.stop();
    },
  };
}

const TOLD = "/told";

/** The registry's answer, as a whole or with a wait in it. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  registry: string | null,
  holds: readonly Holding[],
): Promise<void> {
  const sent = await buffer(request);
  const from = registry === null ? null : await send(registry, request, request.url ?? "/", sent);
  if (from === null) return void response.writeHead(503).end();
  const isRead = request.method === "GET" || request.method === "HEAD";
  const holding = holds.find(({ digest }) => isRead && request.url?.includes(digest));
  if (holding?.where === "before") await waitAt(holding);
  response.writeHead(from.status, from.headers);
  if (holding?.where === "half") {
    const half = from.body.byteLength >> 1;
    response.write(from.body.subarray(0, half));
    await waitAt(holding);
    return void response.end(from.body.subarray(half));
  }
  response.end(request.method === "HEAD" ? undefined : from.body);
}

async function waitAt(holding: Holding): Promise<void> {
  holding.isReached = true;
  await holding.released;
}

/** The server's answer to a notification; what it took is kept before the registry hears of it. */
async function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  server: string | null,
  acknowledged: string[],
): Promise<void> {
  const sent = await buffer(request);
  const path = (request.url ?? "").slice(TOLD.length);
  const host = server === null ? null : new URL(server).host;
  const from = host === null ? null : await send(host, request, path, sent).catch(() => null);
  if (from === null) return void response.writeHead(503).end();
  if (from.status >= 200 && from.status < 300) acknowledged.push(...digestsOf(sent));
  response.writeHead(from.status, from.headers).end(from.body);
}

function digestsOf(notification: Buffer): readonly string[] {
  const { events } = JSON.parse(notification.toString()) as { events: { target: { digest: string } }[] };
  return events.map(({ target }) => target.digest);
}

interface Forwarded {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** The same request with the same `Host`, so that the registry names the door in its answers and notifications. */
async function send(
  host: string,
  { method = "GET", headers }: IncomingMessage,
  path: string,
  body: Buffer,
): Promise<Forwarded> {
  const [hostname = "", port = ""] = host.split(":");
  const options = { hostname, port: Number(port), method, path, headers, agent: false };
  const answered = await new Promise<IncomingMessage>((done, failed) => {
    forward(options, done).once("error", failed).end(body);
  });
  return { status: answered.statusCode ?? 502, headers: answered.headers, body: await buffer(answered) };
}

/** As a client does: blobs first, the manifest last. */
async function pushThrough(host: string, path: string, tag: string, image: BuiltImage): Promise<void> {
  const repository = `http://${host}/v2/${path}`;
  for (const [digest, blob] of image.blobs) {
    if (digest === image.manifestDigest) continue;
    const started = await put("POST", `${repository}/blobs/uploads/`, null, 202);
    const place = new URL(started.headers.get("location") ?? "", repository);
    place.searchParams.set("digest", digest);
    await put("PUT", place.href, { bytes: blob, type: "application/octet-stream" }, 201);
  }
  const manifest = { bytes: image.manifest, type: image.manifestMediaType };
  await put("PUT", `${repository}/manifests/${tag}`, manifest, 201);
}

async function put(
  method: string,
  url: string,
  content: { readonly bytes: Buffer; readonly type: string } | null,
  expected: number,
): Promise<Response> {
  const body = content === null ? {} : { body: content.bytes, headers: { "content-type": content.type } };
  const answered = await fetch(url, { method, ...body });
  const text = await answered.text();
  if (answered.status === expected) return answered;
  throw new Error(`${method} ${url} answered ${answered.status}: ${text}`);
}
