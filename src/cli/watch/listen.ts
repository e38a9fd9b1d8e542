/** A small server for webhooks: one answer for everybody, and nothing is read of who cannot prove the secret. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ListenAddress } from "../../config/addresses.ts";
import { PlimsollError } from "../../domain/error.ts";
import { isProved, readWebhook, type ToldTag } from "./webhooks.ts";
import { isWatched, type WatchSource } from "./source.ts";

export interface WebhookServer {
  readonly port: number;
  close(): Promise<void>;
}

const BODY_BYTES_MAX = 1024 * 1024;

/** @throws PlimsollError PORT_BUSY, CONFIG_INVALID */
export async function listenForWebhooks(
  { host, port }: ListenAddress,
  source: WatchSource,
  secret: string,
  onTag: (tag: ToldTag) => void,
): Promise<WebhookServer> {
  const server = createServer({ headersTimeout: 20_000, requestTimeout: 30_000 }, (request, response) => {
    void answer(request, response, source, secret, onTag);
  });
  server.maxConnections = 200;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const code = error.code === "EADDRINUSE" ? "PORT_BUSY" : "CONFIG_INVALID";
      reject(new PlimsollError(code, `${host}:${port} cannot be listened on.`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  source: WatchSource,
  secret: string,
  onTag: (tag: ToldTag) => void,
): Promise<void> {
  const end = (status: number): void => void response.writeHead(status, { "content-length": "0" }).end();
  if (request.method !== "POST") return end(405);
  const body = await readBody(request);
  if (body === null) return end(413);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
  if (!isProved(source, secret, { headers, body })) return end(401);
  const told = readWebhook(source, body);
  if (told !== null && isWatched(source, told.path)) onTag(told);
  end(204);
}

/** Null: it is too large, or broke off. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of request as AsyncIterable<Uint8Array>) {
      length += piece.length;
      if (length > BODY_BYTES_MAX) return null;
      pieces.push(piece);
    }
  } catch {
    return null;
  }
  return Buffer.concat(pieces);
}
