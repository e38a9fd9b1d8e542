/**
 * An image on disk, made once: `layout/` (OCI, gzip) and `docker.tar` (docker archive, uncompressed), and `next/`, a second layout
 * of the same blobs with one small layer on top.
 */
import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  linkSync,
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
import { file, writeEntry, type TarEntry } from "../../test/helpers/oci-tar.ts";

/** Of one layer: its entries, made anew for each call, or a finished tar archive. */
export type LayerSource =
  | { readonly kind: "entries"; readonly entries: () => Iterable<TarEntry> }
  | { readonly kind: "tar"; readonly path: string };

export interface BenchImage {
  readonly name: string;
  readonly layout: string;
  readonly archive: string;
  /** The same image and one layer more, as an OCI layout. */
  readonly next: string;
  /** Paths of the gzip blobs, bottom first. */
  readonly blobs: readonly string[];
  /** Null for layers that were taken as tar archives. */
  readonly entryCount: number | null;
  readonly contentBytes: number;
  readonly blobBytes: number;
}

interface MadeLayer {
  readonly digest: string;
  readonly diffId: string;
  readonly sizeBytes: number;
  readonly contentBytes: number;
  readonly entryCount: number | null;
}

/** The image at `home`, made of the layers of `source` when it is not there. */
export async function madeImage(
  name: string,
  home: string,
  source: () => Promise<readonly LayerSource[]> | readonly LayerSource[],
): Promise<BenchImage> {
  if (!existsSync(home)) {
    const making = `${home}.making`;
    rmSync(making, { recursive: true, force: true });
    await makeImage(making, await source());
    renameSync(making, home);
  }
  const layers = JSON.parse(await readFile(join(home, "layers.json"), "utf8")) as MadeLayer[];
  const sum = (pick: (layer: MadeLayer) => number): number =>
    layers.reduce((total, layer) => total + pick(layer), 0);
  return {
    name,
    layout: join(home, "layout"),
    archive: join(home, "docker.tar"),
    next: join(home, "next"),
    blobs: layers.map((layer) => join(home, "layout/blobs/sha256", layer.digest)),
    entryCount: layers.every((layer) => layer.entryCount !== null)
      ? sum((layer) => layer.entryCount ?? 0)
      : null,
    contentBytes: sum((layer) => layer.contentBytes),
    blobBytes: sum((layer) => layer.sizeBytes),
  };
}

async function makeImage(home: string, sources: readonly LayerSource[]): Promise<void> {
  const blobs = blobFolder(join(home, "layout"));
  const layers: MadeLayer[] = [];
  const tars: string[] = [];
  for (const [index, source] of sources.entries()) {
    const made = join(home, `${index}.tar`);
    const tar = source.kind === "tar" ? source.path : made;
    const entryCount = source.kind === "tar" ? null : await writeLayerTar(made, source.entries());
    layers.push(await compressLayer(tar, blobs, entryCount));
    tars.push(tar);
  }
  const config = writeLayout(join(home, "layout"), layers);
  await writeArchive(home, config, layers, tars);
  await makeNext(home, layers);
  for (const index of sources.keys()) rmSync(join(home, `${index}.tar`), { force: true });
  writeFileSync(join(home, "layers.json"), json(layers));
}

/** What a rebuild of the application adds: one layer of a few packages. */
async function makeNext(home: string, layers: readonly MadeLayer[]): Promise<void> {
  const layout = join(home, "next");
  const blobs = blobFolder(layout);
  for (const { digest } of layers) linkSync(join(home, "layout/blobs/sha256", digest), join(blobs, digest));
  const tar = join(home, "next.tar");
  const entryCount = await writeLayerTar(tar, nextLayer());
  writeLayout(layout, [...layers, await compressLayer(tar, blobs, entryCount)]);
  rmSync(tar);
}

function* nextLayer(): Generator<TarEntry> {
  for (let i = 0; i < 20; i += 1) {
    const root = `srv/next/node_modules/next-package-${i}`;
    yield file(`${root}/package.json`, JSON.stringify({ name: `next-package-${i}`, version: `1.0.${i}` }));
    yield file(`${root}/index.js`, `module.exports = ${i};\n`.repeat(500));
  }
}

function blobFolder(layout: string): string {
  const blobs = join(layout, "blobs/sha256");
  mkdirSync(blobs, { recursive: true });
  return blobs;
}

async function writeLayerTar(path: string, entries: Iterable<TarEntry>): Promise<number> {
  let entryCount = 0;
  function* blocks(): Generator<Buffer> {
    for (const entry of entries) {
      entryCount += 1;
      yield Buffer.concat(writeEntry(entry));
    }
    yield Buffer.alloc(1024);
  }
  await pipeline(Readable.from(blocks(), { highWaterMark: 4 }), createWriteStream(path));
  return entryCount;
}

async function compressLayer(tar: string, blobs: string, entryCount: number | null): Promise<MadeLayer> {
  const blob = join(blobs, "blob");
  await pipeline(
    createReadStream(tar),
    createGzip({ level: 6, chunkSize: 1 << 20 }),
    createWriteStream(blob),
  );
  const layer = {
    digest: await fileDigest(blob),
    diffId: await fileDigest(tar),
    sizeBytes: statSync(blob).size,
    contentBytes: statSync(tar).size,
    entryCount,
  };
  renameSync(blob, join(blobs, layer.digest));
  return layer;
}

/** Configuration, manifest and index of the layers whose blobs are there. Returns the configuration. */
function writeLayout(layout: string, layers: readonly MadeLayer[]): Buffer {
  const blobs = join(layout, "blobs/sha256");
  const type = "application/vnd.oci.image";
  const config = json({
    architecture: "amd64",
    os: "linux",
    created: "2020-01-01T00:00:00Z",
    config: { User: "app" },
    rootfs: { type: "layers", diff_ids: layers.map((layer) => `sha256:${layer.diffId}`) },
    history: layers.map((_, index) => ({ created_by: `layer ${index}` })),
  });
  const descriptor = (mediaType: string, hex: string, size: number): Record<string, unknown> => ({
    mediaType,
    digest: `sha256:${hex}`,
    size,
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: `${type}.manifest.v1+json`,
    config: descriptor(`${type}.config.v1+json`, digestOf(config), config.length),
    layers: layers.map((layer) => descriptor(`${type}.layer.v1.tar+gzip`, layer.digest, layer.sizeBytes)),
  });
  for (const bytes of [config, manifest]) writeFileSync(join(blobs, digestOf(bytes)), bytes);
  const named = {
    ...descriptor(`${type}.manifest.v1+json`, digestOf(manifest), manifest.length),
    platform: { os: "linux", architecture: "amd64" },
    annotations: { "org.opencontainers.image.ref.name": "latest" },
  };
  writeFileSync(join(layout, "oci-layout"), json({ imageLayoutVersion: "1.0.0" }));
  writeFileSync(join(layout, "index.json"), json({ schemaVersion: 2, manifests: [named] }));
  return config;
}

async function writeArchive(
  home: string,
  config: Buffer,
  layers: readonly MadeLayer[],
  tars: readonly string[],
): Promise<void> {
  const manifest = json([
    {
      Config: `${digestOf(config)}.json`,
      RepoTags: ["bench:latest"],
      Layers: layers.map((layer) => `${layer.diffId}/layer.tar`),
    },
  ]);
  async function* blocks(): AsyncGenerator<Buffer> {
    for (const [index, layer] of layers.entries()) {
      yield* writeEntry(file(`${layer.diffId}/layer.tar`, "", { sizeField: layer.contentBytes }));
      yield* createReadStream(tars[index] as string, { highWaterMark: 1 << 20 });
      yield Buffer.alloc((512 - (layer.contentBytes % 512)) % 512);
    }
    yield* writeEntry(file(`${digestOf(config)}.json`, config));
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

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}
