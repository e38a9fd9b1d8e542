/** Policy sets that were fetched, as files of the cache: manifest and signatures; their layers lie beside those of bundles. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import type { SignedBytes } from "../../domain/signature.ts";
import { writeFileAtomic } from "../../io/atomic-file.ts";
import { makeFolder } from "../../io/make-folder.ts";
import type { FetchedManifest } from "../../oci/client.ts";
import { digestOf } from "../../oci/digest.ts";
import type { CliContext } from "../context.ts";

/** As it lay in its registry. Who signed it is asked anew each time. */
export interface KeptPolicySet {
  /** In full: `registry.example.com/policies/hardened:1`. */
  readonly reference: string;
  readonly manifest: FetchedManifest;
  readonly signed: readonly SignedBytes[];
  /** RFC 3339 */
  readonly fetchedAt: string;
  /** RFC 3339: of the set itself; absent: it was not read yet. */
  readonly createdAt?: string;
}

function folderOf({ config }: CliContext): string {
  return join(config.cacheDir, "policy-sets");
}

function fileOf(context: CliContext, reference: string): string {
  const name = digestOf(Buffer.from(reference)).replace("sha256:", "");
  return join(folderOf(context), `${name}.json`);
}

/** @throws system errors: a set that cannot be kept is not there when its registry cannot be reached */
export async function keepPolicySet(context: CliContext, kept: KeptPolicySet): Promise<void> {
  const { reference, manifest, signed, fetchedAt, createdAt } = kept;
  const document = {
    reference,
    fetchedAt,
    createdAt,
    manifest: { mediaType: manifest.mediaType, bytes: Buffer.from(manifest.bytes).toString("base64") },
    signed: signed.map(({ bytes, ...rest }) => ({ ...rest, bytes: Buffer.from(bytes).toString("base64") })),
  };
  await makeFolder(folderOf(context));
  await writeFileAtomic(fileOf(context, reference), Buffer.from(JSON.stringify(document)));
}

/** Null: none is kept, or what is there cannot be read. */
export async function findKeptPolicySet(
  context: CliContext,
  reference: string,
): Promise<KeptPolicySet | null> {
  return readKept(fileOf(context, reference));
}

/** All that are kept, by their references. */
export async function listKeptPolicySets(context: CliContext): Promise<readonly KeptPolicySet[]> {
  const folder = folderOf(context);
  const names = await readdir(folder).catch(() => []);
  const kept: KeptPolicySet[] = [];
  for (const name of names.filter((each) => each.endsWith(".json")).slice(0, LISTED_MAX)) {
    const found = await readKept(join(folder, name));
    if (found !== null) kept.push(found);
  }
  return kept.toSorted((a, b) => (a.reference < b.reference ? -1 : 1));
}

const LISTED_MAX = 1_000;
const SIGNED_MAX = 64;

async function readKept(path: string): Promise<KeptPolicySet | null> {
  try {
    const document = recordOf(JSON.parse(await readFile(path, "utf8")));
    const manifest = recordOf(document?.["manifest"]);
    if (document === null || manifest === null) return null;
    const bytes = Buffer.from(wordOf(manifest, "bytes"), "base64");
    const signed = Array.isArray(document["signed"]) ? document["signed"].slice(0, SIGNED_MAX) : [];
    return {
      reference: wordOf(document, "reference"),
      fetchedAt: wordOf(document, "fetchedAt"),
      createdAt: wordOf(document, "createdAt"),
      manifest: { bytes, digest: digestOf(bytes), mediaType: wordOf(manifest, "mediaType") },
      signed: signed.map(recordOf).flatMap((each) => (each === null ? [] : [toSigned(each)])),
    };
  } catch {
    // A file that is not there, and one that somebody broke, are the same: it is to be fetched.
    return null;
  }
}

function toSigned(record: JsonRecord): SignedBytes {
  const storage = wordOf(record, "storage");
  const annotations = Object.entries(recordOf(record["annotations"]) ?? {});
  return {
    storage: storage === "tag" || storage === "in-index" ? storage : "referrer",
    mediaType: wordOf(record, "mediaType"),
    digest: wordOf(record, "digest"),
    bytes: Buffer.from(wordOf(record, "bytes"), "base64"),
    annotations: Object.fromEntries(annotations.map(([name, value]) => [name, String(value)])),
  };
}

function wordOf(record: JsonRecord, name: string): string {
  const value = record[name];
  if (typeof value === "string") return value;
  throw new TypeError(`${name} is no text`);
}
