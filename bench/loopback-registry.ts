/** A registry on loopback that holds one image, behind a door that knows when the last byte went through. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { startRegistry } from "../test/helpers/local-registry.ts";

export interface LoopbackRegistry {
  /** `127.0.0.1:PORT/bench/NAME:latest` */
  readonly reference: string;
  /** On the clock of `performance.now()`: when the registry last sent something. */
  lastByteAtMs(): number;
  stop(): Promise<void>;
}

/** Puts the OCI layout into a registry whose files lie in `folder`, as it is: no layer is compressed anew. */
export async function startLoopbackRegistry(folder: string, layout: string): Promise<LoopbackRegistry> {
  rmSync(folder, { recursive: true, force: true });
  const registry = await startRegistry(folder);
  const path = "bench/image:latest";
  const copied = spawnSync(
    "skopeo",
    [
      "copy",
      "--quiet",
      "--dest-tls-verify=false",
      `oci:${layout}:latest`,
      `docker://${registry.host}/${path}`,
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  if (copied.status !== 0) {
    await registry.stop();
    throw copied.error ?? new Error(`skopeo copy ended with exit code ${copied.status}`);
  }
  const port = Number(registry.host.split(":")[1]);
  const door = await openDoor(port);
  return {
    reference: `127.0.0.1:${door.port}/${path}`,
    lastByteAtMs: door.lastByteAtMs,
    async stop() {
      await door.close();
      await registry.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Door {
  readonly port: number;
  lastByteAtMs(): number;
  close(): Promise<void>;
}

/** Bytes go through as they are, both ways. */
async function openDoor(port: number): Promise<Door> {
  let last = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => sockets.delete(socket));
    }
    upstream.on("data", () => (last = performance.now()));
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    port: (server.address() as AddressInfo).port,
    lastByteAtMs: () => last,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
