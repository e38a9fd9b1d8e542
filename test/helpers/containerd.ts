/** A real containerd in a folder that the caller removes: its own root, state and socket, no plugin that needs a kernel or a network. */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { runCommand } from "./run-plimsoll.ts";

export interface LocalContainerd {
  readonly socket: string;
  /** Runs `ctr`. @throws Error when it fails */
  ctr(...args: string[]): Promise<string>;
  /** Writes a tar and imports it into a name space, without unpacking. */
  load(namespace: string, tar: Uint8Array, ...args: string[]): Promise<void>;
  stop(): Promise<void>;
}

/** Plugins that a content store does without. */
const off = [
  "io.containerd.grpc.v1.cri",
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.overlayfs",
  "io.containerd.snapshotter.v1.zfs",
];

/** Starts it and waits until it answers. The folder's path must be short: a socket's may have 107 bytes. */
export async function startContainerd(folder: string): Promise<LocalContainerd> {
  mkdirSync(folder, { recursive: true });
  const socket = join(folder, "c.sock");
  const config = join(folder, "config.toml");
  writeFileSync(
    config,
    `version = 2
root = ${JSON.stringify(join(folder, "root"))}
state = ${JSON.stringify(join(folder, "state"))}
disabled_plugins = ${JSON.stringify(off)}
[grpc]
address = ${JSON.stringify(socket)}
[ttrpc]
address = ${JSON.stringify(join(folder, "t.sock"))}
`,
  );
  const child = spawn("containerd", ["-c", config], { stdio: "ignore" });
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
  };
  const ctr = async (...args: string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await runCommand("ctr", ["-a", socket, ...args]);
    if (exitCode === 0) return stdout;
    throw new Error(`ctr ${args.join(" ")}: ${stderr}`);
  };
  for (let attempt = 0; ; attempt += 1) {
    try {
      await ctr("version");
      break;
    } catch (error) {
      if (attempt === 100) {
        await stop();
        throw error;
      }
      await pause(100);
    }
  }
  let count = 0;
  return {
    socket,
    ctr,
    async load(namespace, tar, ...args) {
      count += 1;
      const path = join(folder, `${count}.tar`);
      writeFileSync(path, tar);
      await ctr("-n", namespace, "images", "import", "--no-unpack", ...args, path);
    },
    stop,
  };
}
