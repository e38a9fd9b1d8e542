/** The app on a port, with TLS of its own or without. */
import { createAdaptorServer } from "@hono/node-server";
import type { Server } from "node:http";
import { createServer as createSecureServer, type Server as SecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { PlimsollError } from "../domain/error.ts";
import type { App } from "./app.ts";
import type { TlsContent } from "./tls-files.ts";

export interface ListenOptions {
  /** Name or address without brackets. */
  readonly host: string;
  /** 0: a free one of the system's choice. */
  readonly port: number;
  /** Null, the default: plain http. */
  readonly tls?: TlsContent | null;
  /** How long `close` waits for requests that are being answered. Default 10 s. */
  readonly closeWithinMs?: number;
}

export interface Listening {
  /** Where it listens: `{ host: "127.0.0.1", port: 7300 }`. */
  readonly address: { readonly host: string; readonly port: number };
  /** Shows this certificate to who connects from now on. Of no use without TLS. */
  renew(tls: TlsContent): void;
  /**
   * Takes no new connections, lets requests be answered for a while, then closes what is left. Streams end when the parts' `signal`
   * is aborted, which the caller does before. `atOnce` closes everything without waiting, also when a close is under way.
   */
  close(atOnce?: boolean): Promise<void>;
}

/** @throws PlimsollError PORT_BUSY, CONFIG_INVALID for an address that is not this machine's or a port that may not be taken */
export async function listen(
  app: App,
  { host, port, tls = null, closeWithinMs = 10_000 }: ListenOptions,
): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: (request, env) => app.fetch(request, env as never),
    ...(tls === null ? {} : { createServer: createSecureServer }),
    serverOptions: {
      ...(tls === null ? {} : { ...tls, minVersion: "TLSv1.2", handshakeTimeout: 10_000 }),
      // Headers and body of a request have these times to arrive; an answer may take as long as it streams.
      headersTimeout: 20_000,
      requestTimeout: 60_000,
      keepAliveTimeout: 15_000,
      maxHeaderSize: 32_768,
    },
  }) as Server;
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  const { address, port: taken } = server.address() as AddressInfo;
  let closing: Promise<void> | null = null;
  return {
    address: { host: address, port: taken },
    renew: (content) => {
      if (tls !== null)
        (server as unknown as SecureServer).setSecureContext({ ...content, minVersion: "TLSv1.2" });
    },
    close: (atOnce = false) => {
      if (atOnce) server.closeAllConnections();
      return (closing ??= close(server, atOnce ? 0 : closeWithinMs));
    },
  };
}

function close(server: Server, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), withinMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function listenError(error: Error, host: string, port: number): PlimsollError {
  const code = "code" in error ? String(error.code) : "";
  const place = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  if (code === "EADDRINUSE") {
    return new PlimsollError("PORT_BUSY", `Another program listens on ${place}.`, { cause: error });
  }
  return new PlimsollError("CONFIG_INVALID", `${place} cannot be listened on (${code}).`, { cause: error });
}

const CONNECTIONS_MAX = 2_000;
