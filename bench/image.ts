/**
 * The benchmark's image on disk, made once: `layout/` (OCI, gzip) and `docker.tar` (docker archive, uncompressed).
 */
import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { file, writeEntry, type TarEntry } from "../test/helpers/oci-tar.ts";
import { benchLayers } from "./image-layers.ts";

/** Raised when the image changes. */
const VERSION = 2;

export interface BenchImage {
  readonly layout: string;
  readonly archive: string;
  /** Of layers: paths of the gzip blobs, bottom first. */
  readonly blobs: readonly string[];
  readonly entryCount: number;
  readonly contentBytes: number;
  readonly blobBytes: number;
}

interface MadeLayer {
  readonly digest: string;
  readonly diffId: string;
  readonly sizeBytes: number;
  readonly contentBytes: number;
  readonly entryCount: number;
}

/** The image below `folder`, made when it is not there. `scale` 1 has about 1.4 GB of content. */
export async function benchImage(folder: string, scale: number): Promise<BenchImage> {
  const home = join(folder, `image-${VERSION}-${scale}`);
  if (!existsSync(home)) {
    const making = `${home}.making`;
    rmSync(making, { recursive: true, force: true });
    await makeImage(making, scale);
    renameSync(making, home);
  }
  const layers = JSON.parse(await readFile(join(home, "layers.json"), "utf8")) as MadeLayer[];
  const sum = (pick: (layer: MadeLayer) => number): number =>
    layers.reduce((total, layer) => total + pick(layer), 0);
  return {
    layout: join(home, "layout"),
    archive: join(home, "docker.tar"),
    blobs: layers.map((layer) => join(home, "layout/blobs/sha256", layer.digest)),
    entryCount: sum((layer) => layer.entryCount),
    contentBytes: sum((layer) => layer.contentBytes),
    blobBytes: sum((layer) => layer.sizeBytes),
  };
}

async function makeImage(home: string, scale: number): Promise<void> {
  const blobs = join(home, "layout/blobs/sha256");
  mkdirSync(blobs, { recursive: true });
  const layers: MadeLayer[] = [];
  for (const [index, entries] of benchLayers(scale).entries()) {
    layers.push(await makeLayer(join(home, `${index}.tar`), blobs, entries()));
  }
  const config = json({
    architecture: "amd64",
    os: "linux",
    created: "2020-01-01T00:00:00Z",
    config: { User: "app" },
    rootfs: { type: "layers", diff_ids: layers.map((layer) => `sha256:${layer.diffId}`) },
    history: layers.map((_, index) => ({ created_by: `layer ${index}` })),
  });
  writeFileSync(join(blobs, digest(config)), config);
  writeLayout(home, config, layers);
  await writeArchive(home, config, layers);
  for (const index of layers.keys()) rmSync(join(home, `${index}.tar`));
  writeFileSync(join(home, "layers.json"), json(layers));
}

async function makeLayer(path: string, blobs: string, entries: Iterable<TarEntry>): Promise<MadeLayer> {
  let entryCount = 0;
  function* blocks(): Generator<Buffer> {
    for (const entry of entries) {
      entryCount += 1;
      yield Buffer.concat(writeEntry(entry));
    }
    yield Buffer.alloc(1024);
  }
  await pipeline(Readable.from(blocks(), { highWaterMark: 4 }), createWriteStream(path));
  const blob = join(blobs, "blob");
  await pipeline(
    createReadStream(path),
    createGzip({ level: 6, chunkSize: 1 << 20 }),
    createWriteStream(blob),
  );
  const layer = {
    digest: await fileDigest(blob),
    diffId: await fileDigest(path),
    sizeBytes: statSync(blob).size,
    contentBytes: statSync(path).size,
    entryCount,
  };
  renameSync(blob, join(blobs, layer.digest));
  return layer;
}

function writeLayout(home: string, config: Buffer, layers: readonly MadeLayer[]): void {
  const type = "application/vnd.oci.image";
  const descriptor = (mediaType: string, hex: string, size: number): Record<string, unknown> => ({
    mediaType,
    digest: `sha256:${hex}`,
    size,
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: `${type}.manifest.v1+json`,
    config: descriptor(`${type}.config.v1+json`, digest(config), config.length),
    layers: layers.map((layer) => descriptor(`${type}.layer.v1.tar+gzip`, layer.digest, layer.sizeBytes)),
  });
  const blobs = join(home, "layout/blobs/sha256");
  writeFileSync(join(blobs, digest(manifest)), manifest);
  const named = {
    ...descriptor(`${type}.manifest.v1+json`, digest(manifest), manifest.length),
    platform: { os: "linux", architecture: "amd64" },
    annotations: { "org.opencontainers.image.ref.name": "latest" },
  };
  writeFileSync(join(home, "layout/oci-layout"), json({ imageLayoutVersion: "1.0.0" }));
  writeFileSync(join(home, "layout/index.json"), json({ schemaVersion: 2, manifests: [named] }));
}

async function writeArchive(home: string, config: Buffer, layers: readonly MadeLayer[]): Promise<void> {
  const manifest = json([
    {
      Config: `${digest(config)}.json`,
      RepoTags: ["bench:latest"],
      Layers: layers.map((layer) => `${layer.diffId}/layer.tar`),
    },
  ]);
  async function* blocks(): AsyncGenerator<Buffer> {
    for (const [index, layer] of layers.entries()) {
      yield* writeEntry(file(`${layer.diffId}/layer.tar`, "", { sizeField: layer.contentBytes }));
      yield* createReadStream(join(home, `${index}.tar`), { highWaterMark: 1 << 20 });
      yield Buffer.alloc((512 - (layer.contentBytes % 512)) % 512);
    }
    yield* writeEntry(file(`${digest(config)}.json`, config));
    yield* writeEntry(file("manifest.json", manifest));
    yield Buffer.alloc(1024);
  }
  await pipeline(Readable.from(blocks(), { highWaterMark: 1 }), createWriteStream(join(home, "docker.tar")));
}

async function fileDigest(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}
