/**
 * Known images as files of one folder, safe for many processes: a file a name of an image, written beside and renamed into place, so that
 * two that record at once lose nothing; one that is gone or damaged is not there. The chain ID stands in the file's name, so that the
 * bases of an image are found without opening any file.
 *
 *     names/<chain ID>-<digest>-<hash of the name>.json
 *     inventories/<digest>.json.gz
 *     environments/<environment>/<digest>-<hash of the name>.json
 */
import { createHash } from "node:crypto";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { EnvironmentImage, KnownImage, StoredInventory } from "../domain/known-image.ts";
import { writeFileAtomic } from "../io/atomic-file.ts";

export interface KnownImages {
  /** Every known name, the one that was recorded last first. */
  list(): Promise<readonly KnownImage[]>;
  /** Names of images whose layers are one of these prefixes, in no order. */
  findByChain(chainIds: readonly string[]): Promise<readonly KnownImage[]>;
  /** Whether this name of this image and its inventory are kept already, and as well proved. */
  has(image: KnownImage): Promise<boolean>;
  /** A name that is there already keeps the time at which it was recorded. @throws system errors */
  put(image: KnownImage, inventory: StoredInventory | null): Promise<void>;
  /** Removes these names, and the inventories that no other name and no environment needs. */
  remove(images: readonly KnownImage[]): Promise<void>;
  inventory(digest: string): Promise<StoredInventory | null>;
  listEnvironments(): Promise<readonly EnvironmentImage[]>;
  /** The image is no base by that. @throws system errors */
  putInEnvironment(image: EnvironmentImage, inventory: StoredInventory | null): Promise<void>;
  /** As `remove`. */
  removeFromEnvironment(images: readonly EnvironmentImage[]): Promise<void>;
}

/** Nothing is made before the first `put`. */
export function openKnownImages(folder: string): KnownImages {
  const files = openFiles(folder);
  return {
    list: () => files.readNames((chain) => chain !== ""),
    listEnvironments: files.readEnvironments,
    inventory: files.readInventory,
    async findByChain(chainIds) {
      const chains = new Set(chainIds.map(hexOf));
      return files.readNames((chain) => chains.has(chain));
    },
    async has(image) {
      const kept = await readImage(files.pathOf(image));
      const isAsGood = kept !== null && (kept.proved || !image.proved);
      return isAsGood && (await files.hasInventory(image.digest));
    },
    async put(image, inventory) {
      await files.putInventory(image.digest, inventory);
      const kept = await readImage(files.pathOf(image));
      const proved = image.proved || kept?.proved === true;
      const named = { ...image, recordedAt: kept?.recordedAt ?? image.recordedAt, proved };
      await writeFileAtomic(files.pathOf(image), JSON.stringify(named));
    },
    async remove(images) {
      for (const image of images) await rm(files.pathOf(image), { force: true });
      await files.dropInventories(images);
    },
    async putInEnvironment(image, inventory) {
      await files.putInventory(image.digest, inventory);
      await writeFileAtomic(files.environmentPath(image), JSON.stringify(image));
    },
    async removeFromEnvironment(images) {
      for (const image of images) await rm(files.environmentPath(image), { force: true });
      await files.dropInventories(images);
    },
  };
}

/** The files of the folder, and which of them are needed by others. */
function openFiles(folder: string) {
  const names = join(folder, "names");
  const environments = join(folder, "environments");
  const inventoryPath = (digest: string): string => join(folder, "inventories", `${hexOf(digest)}.json.gz`);
  const hasInventory = (digest: string): Promise<boolean> => isThere(inventoryPath(digest));

  async function readNames(wanted: (chain: string) => boolean): Promise<readonly KnownImage[]> {
    const files = (await namesIn(names)).filter((name) => wanted(FILE_NAME.exec(name)?.[1] ?? ""));
    const images = await Promise.all(files.map((name) => readImage(join(names, name))));
    return images.filter((image) => image !== null).toSorted(newestFirst);
  }

  async function readEnvironments(): Promise<readonly EnvironmentImage[]> {
    const folders = (await namesIn(environments)).filter((name) => ENVIRONMENT.test(name));
    const paths = await Promise.all(
      folders.map(async (name) =>
        (await namesIn(join(environments, name))).map((file) => join(environments, name, file)),
      ),
    );
    const files = paths.flat().filter((path) => path.endsWith(".json"));
    const images = await Promise.all(files.map(readImage));
    return images.filter((image): image is EnvironmentImage => image !== null && "environment" in image);
  }

  return {
    readNames,
    readEnvironments,
    hasInventory,
    pathOf: (image: KnownImage): string => join(names, fileName(image)),
    environmentPath: (image: EnvironmentImage): string =>
      join(environments, image.environment, `${hexOf(image.digest)}-${nameHash(image)}.json`),
    async readInventory(digest: string): Promise<StoredInventory | null> {
      const packed = await readFile(inventoryPath(digest)).catch(() => null);
      return packed === null ? null : unpackInventory(packed, digest);
    },
    async putInventory(digest: string, inventory: StoredInventory | null): Promise<void> {
      const isBetter = inventory?.contentProved === true || !(await hasInventory(digest));
      if (inventory === null || !isBetter) return;
      const packed = await promisify(gzip)(Buffer.from(JSON.stringify(inventory)), { level: 1 });
      await writeFileAtomic(inventoryPath(digest), packed);
    },
    async dropInventories(images: readonly KnownImage[]): Promise<void> {
      const named = [...(await readNames((chain) => chain !== "")), ...(await readEnvironments())];
      const needed = new Set(named.map(({ digest }) => digest));
      for (const { digest } of images)
        if (!needed.has(digest)) await rm(inventoryPath(digest), { force: true });
    },
  };
}

/** Name of an environment, and of its folder: no separator, and nothing that is hidden. */
export const ENVIRONMENT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

const FILE_NAME = /^([0-9a-f]{64})-[0-9a-f]{64}-[0-9a-f]{16}\.json$/;
const HEX = /^[0-9a-f]{64}$/;
/** An inventory of an image of 200,000 packages has some 100 MB as text. */
const INVENTORY_BYTES_MAX = 512 * 1024 * 1024;

function fileName(image: KnownImage): string {
  return `${hexOf(image.chainId)}-${hexOf(image.digest)}-${nameHash(image)}.json`;
}

function nameHash({ repository, tag }: KnownImage): string {
  return createHash("sha256")
    .update(`${repository}:${tag ?? ""}`)
    .digest("hex")
    .slice(0, 16);
}

/** Digests were verified when they came in; still, nothing but hexadecimal ever becomes a file name. */
function hexOf(digest: string): string {
  const hex = digest.slice("sha256:".length);
  if (!HEX.test(hex)) throw new TypeError(`not a digest: ${digest}`);
  return hex;
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [] as string[])).toSorted();
}

function newestFirst(a: KnownImage, b: KnownImage): number {
  if (a.recordedAt !== b.recordedAt) return a.recordedAt < b.recordedAt ? 1 : -1;
  return a.digest < b.digest ? -1 : 1;
}

async function readImage(path: string): Promise<KnownImage | null> {
  try {
    const value = JSON.parse(await readFile(path, "utf8")) as Partial<KnownImage>;
    const { repository, digest, chainId, recordedAt } = value;
    const isWhole = [repository, digest, chainId, recordedAt].every((field) => typeof field === "string");
    return isWhole ? (value as KnownImage) : null;
  } catch {
    return null;
  }
}

async function unpackInventory(packed: Uint8Array, digest: string): Promise<StoredInventory | null> {
  try {
    const text = await promisify(gunzip)(packed, { maxOutputLength: INVENTORY_BYTES_MAX });
    const value = JSON.parse(text.toString("utf8")) as Partial<StoredInventory>;
    const { image, sbom, contentProved } = value;
    if (image === undefined || image.digest !== digest || !Array.isArray(sbom?.packages)) return null;
    return { image, sbom, contentProved: contentProved === true };
  } catch {
    return null;
  }
}
