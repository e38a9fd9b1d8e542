/**
 * The files of the cache (SBOMs of images, layers as they were read, redacted texts, what engines told, images that were analysed,
 * newest versions of packages, and public keys by their address): listing them, emptying it, and keeping it within its bound. Many processes may do so at once: a file that is gone was removed by another.
 */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

export type CacheKind = "sbom" | "layer" | "redaction" | "engine" | "image" | "image-name" | "newest" | "key";

export interface CacheFile {
  readonly kind: CacheKind;
  /** `sha256:…` of the image's manifest, of the layer's blob, of the texts that were redacted, of an engine's id and a platform, or of a question. */
  readonly digest: string;
  readonly sizeBytes: number;
  /** When it was stored or, for a layer, last of use. */
  readonly usedAt: Date;
  readonly path: string;
}

const FOLDERS: Readonly<Record<CacheKind, { readonly folder: string; readonly name: RegExp }>> = {
  sbom: { folder: "sbom", name: /^([0-9a-f]{64})\.json$/ },
  redaction: { folder: "redacted", name: /^([0-9a-f]{64})\.json$/ },
  engine: { folder: "engine", name: /^([0-9a-f]{64})\.json$/ },
  image: { folder: "images/inventories", name: /^([0-9a-f]{64})\.json\.gz$/ },
  "image-name": { folder: "images/names", name: /^[0-9a-f]{64}-([0-9a-f]{64})-[0-9a-f]{16}\.json$/ },
  newest: { folder: "newest", name: /^([0-9a-f]{64})\.json$/ },
  key: { folder: "keys", name: /^([0-9a-f]{64})\.json$/ },
  layer: { folder: "layers", name: /^([0-9a-f]{64})-[0-9a-f]{16}\.bin$/ },
};

/** Every whole file of the cache, by kind and digest. */
export async function listCache(folder: string): Promise<CacheFile[]> {
  const kinds = Object.keys(FOLDERS) as CacheKind[];
  const lists = await Promise.all(kinds.map((kind) => listKind(folder, kind)));
  return lists.flat();
}

async function listKind(root: string, kind: CacheKind): Promise<CacheFile[]> {
  const { folder, name: pattern } = FOLDERS[kind];
  const names = await readdir(join(root, folder)).catch(() => [] as string[]);
  const files = await Promise.all(
    names.sort().map(async (name): Promise<CacheFile[]> => {
      const hex = pattern.exec(name)?.[1];
      const path = join(root, folder, name);
      const facts = hex === undefined ? null : await stat(path).catch(() => null);
      if (facts === null) return [];
      return [{ kind, digest: `sha256:${hex}`, sizeBytes: facts.size, usedAt: facts.mtime, path }];
    }),
  );
  return files.flat();
}

/** Removes the files of these kinds; resolves to what was removed. */
export async function emptyCache(folder: string, kinds: readonly CacheKind[]): Promise<CacheFile[]> {
  const files = (await listCache(folder)).filter(({ kind }) => kinds.includes(kind));
  for (const { path } of files) await rm(path, { force: true });
  return files;
}

/** Left behind by a process that was killed while it wrote. */
async function removeLeftovers(root: string): Promise<void> {
  for (const { folder } of Object.values(FOLDERS)) {
    const names = await readdir(join(root, folder)).catch(() => [] as string[]);
    for (const name of names.filter((each) => each.startsWith(".") && each.endsWith(".tmp"))) {
      const path = join(root, folder, name);
      const facts = await stat(path).catch(() => null);
      const isOld = facts !== null && facts.mtime.getTime() < Date.now() - LEFTOVER_MS;
      if (isOld) await rm(path, { force: true }).catch(() => undefined);
    }
  }
}

/** No file takes this long to write. */
const LEFTOVER_MS = 60 * 60 * 1000;

/** Removes what was not of use for longest until the rest has at most `bytesMax` bytes. */
export async function boundCache(folder: string, bytesMax: number): Promise<void> {
  await removeLeftovers(folder);
  const files = (await listCache(folder)).sort((a, b) => a.usedAt.getTime() - b.usedAt.getTime());
  let total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const { path, sizeBytes } of files) {
    if (total <= bytesMax) return;
    await rm(path, { force: true }).catch(() => undefined);
    total -= sizeBytes;
  }
}
