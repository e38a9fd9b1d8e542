/** An HTTP server on loopback that keeps what it is sent, and the notification that tests send it. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { Notification } from "../../src/notifications/types.ts";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly origin: string;
  readonly received: Received[];
  close(): Promise<void>;
}

export interface Reply {
  readonly status: number;
  readonly json?: unknown;
}

/** `reply`: 204 by default. The caller closes it. */
export async function startReceiver(
  reply: (request: Received) => Reply = () => ({ status: 204 }),
): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const body = Buffer.concat(pieces).toString("utf8");
      const { method = "", url: path = "", headers } = request;
      const seen = { method, path, headers, body };
      received.push(seen);
      const { status, json } = reply(seen);
      response.writeHead(status).end(json === undefined ? undefined : JSON.stringify(json));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Names in it are of people who mean harm. */
export const hostileNotification: Notification = {
  id: "evt_0a6b_7",
  type: "verdict.changed",
  time: "2026-11-21T12:00:00.000Z",
  organisation: "acme",
  subject: "images/5f1d",
  topic: "advisory:CVE-2026-1234",
  severity: "high",
  title: 'acme/<!channel>|"[x](https://evil.example)\r\nBcc: eve@evil.example {{secret}} no longer meets “A”',
  actor: null,
  url: "http://127.0.0.1:7300/o/acme/images/5f1d",
  source: "http://127.0.0.1:7300/o/acme",
  details: { grade: "C" },
  parts: [],
  partCount: 0,
};

/** The same of so many images. */
export function gatheredNotification(count: number): Notification {
  const parts = Array.from({ length: Math.min(count, 200) }, (_, index) => ({
    id: `evt_0a6b_${index}`,
    title: `acme/app-${index}:1 <b>&|no longer meets “A”`,
    url: `http://127.0.0.1:7300/o/acme/images/${index}`,
  }));
  const title = `CVE-2026-1234 in libssl3 was published: ${count} images`;
  return { ...hostileNotification, id: "evt_0a6b_0-9", title, parts, partCount: count };
}

export function sending(): { readonly now: Date; readonly signal: AbortSignal } {
  return { now: new Date("2026-11-21T12:00:05.900Z"), signal: new AbortController().signal };
}
