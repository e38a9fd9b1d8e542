/** The benchmark of scans: images and peers made ready, every subject measured in turns, one table for each image. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { benchImage, type ImageName } from "./images/all.ts";
import type { BenchImage } from "./images/make.ts";
import { startLoopbackRegistry } from "./loopback-registry.ts";
import { measure, type Failed, type Measured } from "./measure.ts";
import { installPeers, type Peer, type PeerName } from "./peers/install.ts";
import { asMarkdown, asText } from "./report.ts";
import {
  floorSubjects,
  peerSubjects,
  plimsollSubjects,
  type Kind,
  type KindSubject,
  type Places,
} from "./subjects.ts";

export interface ScansRequest {
  readonly root: string;
  readonly plimsoll: string;
  readonly folder: string;
  readonly images: readonly ImageName[];
  readonly peers: readonly PeerName[];
  /** Only subjects whose name has this text, and the floor; null for all. */
  readonly only: string | null;
  readonly runs: number;
  readonly scale: number;
  readonly log: (line: string) => void;
}

export interface ScanResult {
  readonly kind: Kind;
  readonly by: KindSubject["by"];
  readonly result: Measured | Failed;
}

export interface ImageResults {
  readonly image: BenchImage;
  readonly results: readonly ScanResult[];
}

/** Slow peers need not run as often: after so many seconds their first figures stand. */
const SECONDS_PER_SUBJECT = 15;

/** Makes the images and installs the peers, and measures nothing. */
export async function prepareScans({ folder, images, peers, scale, log }: ScansRequest): Promise<void> {
  for (const name of images) {
    log(`image: ${name}`);
    await benchImage(name, folder, scale);
  }
  for (const peer of installPeers(join(folder, "peers"), peers, log)) {
    log(`${peer.name}: ${peer.kind === "found" ? peer.version : `absent: ${peer.reason}`}`);
  }
}

export async function benchScans(request: ScansRequest): Promise<{ text: string; markdown: string }> {
  const { folder, log } = request;
  const peers = installPeers(join(folder, "peers"), request.peers, log);
  const all: ImageResults[] = [];
  for (const name of request.images) {
    log(`image: ${name}`);
    const image = await benchImage(name, folder, request.scale);
    all.push({ image, results: await benchOne(image, peers, request) });
  }
  const run = { images: all, peers, runs: request.runs };
  return { text: asText(run), markdown: asMarkdown(run, new Date()) };
}

async function benchOne(
  image: BenchImage,
  peers: readonly Peer[],
  { root, plimsoll, folder, only, runs, log }: ScansRequest,
): Promise<ScanResult[]> {
  const home = (name: string): string => join(folder, `home-${name}`);
  const places: Places = {
    plimsoll,
    folder,
    homes: { cold: home("cold"), warm: home("warm"), next: home("next") },
  };
  prepareHomes(image, places, join(root, "examples/advisories"));
  const hasRegistry =
    (only === null || "plimsoll sbom, registry".includes(only)) && canRun("docker-registry");
  const registry = hasRegistry ? await startLoopbackRegistry(join(folder, "registry"), image.layout) : null;
  try {
    const subjects = [
      ...floorSubjects(image),
      ...plimsollSubjects(image, places, registry),
      ...peerSubjects(image, peers, folder),
    ].filter(({ kind, name }) => only === null || kind === "floor" || name.includes(only));
    const results = await measure(subjects, { runs, secondsPerSubject: SECONDS_PER_SUBJECT, log });
    return subjects.map(({ kind, by }, i) => ({ kind, by, result: results[i] as Measured | Failed }));
  } finally {
    await registry?.stop();
  }
}

function canRun(command: string): boolean {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).error === undefined;
}

/** A demonstration database for each, and one scan of each kind that fills the cache of the warm one. */
function prepareHomes(image: BenchImage, { plimsoll, folder, homes }: Places, advisories: string): void {
  for (const home of Object.values(homes)) rmSync(home, { recursive: true, force: true });
  runNode([plimsoll, "db", "build", "--from", advisories, "--demonstration", "--quiet"], homes.warm);
  for (const verb of ["sbom", "cves"]) {
    const output = join(folder, `${verb}.json`);
    runNode(
      [plimsoll, verb, `oci-dir://${image.layout}`, "--format", "json", "--output", output],
      homes.warm,
    );
  }
  for (const home of [homes.cold, homes.next]) {
    cpSync(homes.warm, home, { recursive: true });
    if (!existsSync(join(home, "cache"))) throw new Error(`a scan left no cache in ${homes.warm}`);
    rmSync(join(home, "cache"), { recursive: true });
  }
}

function runNode(args: readonly string[], home: string): void {
  const env = { ...process.env, PLIMSOLL_HOME: home };
  const { status } = spawnSync(process.execPath, args, { env, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with exit code ${status}`);
}
