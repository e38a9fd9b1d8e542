/** What is run on an image: the floor, Plimsoll in its ways of scanning, and the peers doing the same. */
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BenchImage } from "./images/make.ts";
import type { LoopbackRegistry } from "./loopback-registry.ts";
import type { Subject } from "./measure.ts";
import type { Peer } from "./peers/install.ts";
import { writeEmptyJavaIndex } from "./peers/java-index.ts";

/** Scans of one kind do the same work on the same bytes, so only they are compared. */
export type Kind = "floor" | "layout" | "archive" | "secrets" | "next" | "registry" | "warm";

export interface KindSubject extends Subject {
  readonly kind: Kind;
  /** `plimsoll` is what peers are compared with. */
  readonly by: "plimsoll" | "floor" | "peer" | "aside";
}

export interface Places {
  readonly plimsoll: string;
  /** For results and for the homes below. */
  readonly folder: string;
  readonly homes: { readonly cold: string; readonly warm: string; readonly next: string };
}

const floor = fileURLToPath(new URL("./floor.ts", import.meta.url));
const snyk = fileURLToPath(new URL("./peers/snyk.cjs", import.meta.url));

export function floorSubjects(image: BenchImage): KindSubject[] {
  const subject = (name: string, what: string, by: KindSubject["by"]): KindSubject => ({
    name,
    kind: "floor",
    by,
    command: process.execPath,
    args: [floor, what, ...image.blobs],
    printsMs: true,
  });
  return [
    subject("floor: inflate the layers, hash on the other core", "floor", "floor"),
    subject("both cores: inflate two at a time, hash beside it", "cores", "aside"),
    subject("hash the blobs alone", "hash", "aside"),
  ];
}

export function plimsollSubjects(
  image: BenchImage,
  { plimsoll, folder, homes }: Places,
  registry: LoopbackRegistry | null,
): KindSubject[] {
  const output = (name: string): string[] => ["--format", "json", "--output", join(folder, `${name}.json`)];
  const cold = (name: string, kind: Kind, verb: string, ...args: string[]): KindSubject => ({
    name: `plimsoll ${name}`,
    kind,
    by: "plimsoll",
    command: process.execPath,
    args: [plimsoll, verb, ...args, ...output(verb)],
    env: { PLIMSOLL_HOME: homes.cold },
    prepare: () => rmSync(join(homes.cold, "cache"), { recursive: true, force: true }),
  });
  const warm = (verb: string): KindSubject => ({
    ...cold(`${verb}, warm`, "warm", verb, `oci-dir://${image.layout}`),
    env: { PLIMSOLL_HOME: homes.warm },
    prepare: () => {},
    isShort: true,
  });
  const fetched: KindSubject[] = [];
  if (registry !== null) {
    fetched.push({
      ...cold("sbom, registry", "registry", "sbom", `registry://${registry.reference}`),
      note: (start, end) => (end - start) / (registry.lastByteAtMs() - start),
    });
  }
  return [
    cold("sbom, OCI layout", "layout", "sbom", `oci-dir://${image.layout}`),
    cold("sbom, docker archive", "archive", "sbom", `archive://${image.archive}`),
    {
      ...cold("sbom --verify, docker archive", "archive", "sbom", `archive://${image.archive}`, "--verify"),
      by: "aside",
    },
    cold("secrets, docker archive", "secrets", "secrets", `archive://${image.archive}`),
    {
      ...cold("sbom, one more layer", "next", "sbom", `oci-dir://${image.next}`),
      env: { PLIMSOLL_HOME: homes.next },
      prepare: () => copyCache(homes.warm, homes.next),
    },
    ...fetched,
    warm("sbom"),
    warm("cves"),
    {
      name: "an empty node process",
      kind: "warm",
      by: "aside",
      command: process.execPath,
      args: ["-e", "0"],
      isShort: true,
    },
  ];
}

function copyCache(from: string, to: string): void {
  rmSync(join(to, "cache"), { recursive: true, force: true });
  cpSync(join(from, "cache"), join(to, "cache"), { recursive: true });
}

/** Of the peers that are there; each scans anew, without network and without advisories. */
export function peerSubjects(image: BenchImage, peers: readonly Peer[], folder: string): KindSubject[] {
  return peers.flatMap((peer) => {
    if (peer.kind === "absent") return [];
    switch (peer.name) {
      case "syft":
        return syftSubjects(image, peer.path, folder);
      case "trivy":
        return trivySubjects(image, peer.path, folder);
      case "snyk":
        return [
          {
            name: "snyk-docker-plugin, docker archive",
            kind: "archive",
            by: "peer",
            command: process.execPath,
            args: [snyk, peer.path, image.archive],
            env: { SNYK_DISABLE_ANALYTICS: "1" },
          },
        ];
    }
  });
}

function syftSubjects(image: BenchImage, path: string, folder: string): KindSubject[] {
  const env = peerEnv(join(folder, "peers/home-syft"), { SYFT_CHECK_FOR_APP_UPDATE: "false" });
  const subject = (name: string, kind: Kind, source: string): KindSubject => ({
    name: `syft, ${name}`,
    kind,
    by: "peer",
    command: path,
    args: ["scan", source, "--quiet", "--output", `syft-json=${join(folder, "syft.json")}`],
    env,
  });
  return [
    subject("OCI layout", "layout", `oci-dir:${image.layout}`),
    subject("docker archive", "archive", `docker-archive:${image.archive}`),
  ];
}

function trivySubjects(image: BenchImage, path: string, folder: string): KindSubject[] {
  const home = join(folder, "peers/home-trivy");
  const cache = join(home, "cache");
  const env = peerEnv(home, { TRIVY_SKIP_VERSION_CHECK: "true", TRIVY_DISABLE_TELEMETRY: "true" });
  const general = ["--quiet", "--offline-scan", "--timeout", "10m", "--cache-dir", cache];
  general.push("--output", join(folder, "trivy.json"));
  const subject = (name: string, kind: Kind, source: string, how: readonly string[]): KindSubject => ({
    name: `trivy, ${name}`,
    kind,
    by: "peer",
    command: path,
    args: ["image", "--input", source, ...general, ...how],
    env,
    prepare: () => {
      rmSync(cache, { recursive: true, force: true });
      writeEmptyJavaIndex(cache);
    },
  });
  const packages = ["--format", "cyclonedx", "--skip-db-update", "--skip-java-db-update"];
  return [
    subject("OCI layout", "layout", image.layout, packages),
    subject("docker archive", "archive", image.archive, packages),
    subject("secrets, docker archive", "secrets", image.archive, [
      "--scanners",
      "secret",
      "--format",
      "json",
    ]),
  ];
}

/** Settings, caches and temporary files of a peer go below `home`. */
function peerEnv(home: string, more: Readonly<Record<string, string>>): Record<string, string> {
  const tmp = join(home, "tmp");
  mkdirSync(tmp, { recursive: true });
  return { HOME: home, XDG_CACHE_HOME: join(home, "cache"), XDG_CONFIG_HOME: home, TMPDIR: tmp, ...more };
}
