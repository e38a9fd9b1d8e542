/** A door on loopback in front of a server: it passes bytes on both ways, and cuts answers off where the test says. */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface CuttingDoor {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** The `Range` of each request that had one, in order. */
  readonly ranges: readonly string[];
  /** How many connections were cut. */
  readonly cuts: number;
  /** The next connections that answer with more than so many bytes are cut there, one each. */
  cutAfter(...bytes: readonly number[]): void;
  /** At the next cut all connections end, and so many new ones are refused, as by a server that starts again. */
  refuse(count: number): void;
  /** How many connections are still to be refused. */
  readonly refusals: number;
  close(): Promise<void>;
}

export async function startCuttingDoor(target: string): Promise<CuttingDoor> {
  const [host = "", port = ""] = target.split(":");
  const wanted: number[] = [];
  const ranges: string[] = [];
  const sockets = new Set<Socket>();
  let cuts = 0;
  let refusals = 0;
  let refusalsAfterCut = 0;
  const door = createServer((client) => {
    keep(sockets, client);
    if (refusals > 0) {
      refusals -= 1;
      client.resetAndDestroy();
      return;
    }
    const server = connect(Number(port), host);
    keep(sockets, server);
    let passed = 0;
    client.on("data", (piece) => {
      for (const [, range = ""] of piece.toString("latin1").matchAll(/\r\nrange: ([^\r]{1,80})\r\n/gi))
        ranges.push(range);
      // A further request on the same connection is an answer of its own.
      passed = 0;
      server.write(piece);
    });
    server.on("data", (piece) => {
      passed += piece.byteLength;
      const limit = wanted[0];
      if (limit === undefined || passed <= limit) {
        client.write(piece);
        return;
      }
      wanted.shift();
      cuts += 1;
      if (refusalsAfterCut > 0) {
        refusals = refusalsAfterCut;
        refusalsAfterCut = 0;
        for (const socket of sockets) if (socket !== client) socket.destroy();
      }
      client.end(piece.subarray(0, Math.max(0, piece.byteLength - (passed - limit))));
      server.destroy();
    });
    client.on("close", () => server.destroy());
    server.on("close", () => client.end());
  });
  await new Promise<void>((done) => door.listen(0, "127.0.0.1", done));
  return {
    host: `127.0.0.1:${(door.address() as AddressInfo).port}`,
    ranges,
    get cuts() {
      return cuts;
    },
    cutAfter: (...bytes) => void wanted.push(...bytes),
    get refusals() {
      return refusals + refusalsAfterCut;
    },
    refuse: (count) => void (refusalsAfterCut = count),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => door.close(() => done()));
    },
  };
}

function keep(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.on("error", () => {});
  socket.on("close", () => sockets.delete(socket));
}
