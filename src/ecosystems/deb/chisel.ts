/**
 * The list of packages in images that Chisel cut out of Ubuntu's: lines of JSON, compressed with zstd.
 * Format: https://documentation.ubuntu.com/chisel/en/latest/reference/manifest/
 */
import { zstdDecompressSync } from "node:zlib";
import type { FileClaim, PackageDigest } from "../../domain/package.ts";
import { digestOf } from "../shared/package-of.ts";
import { decodeText, isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";

/** Where Ubuntu's releases put it. */
export const MANIFEST = "var/lib/chisel/manifest.wall";

export interface ChiselPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string | null;
  /** Of the package as it was fetched. */
  readonly digest: PackageDigest | null;
  /** Files and links that slices of it brought. */
  readonly files: readonly Omit<FileClaim, "purl">[];
}

export interface ChiselReading {
  readonly packages: readonly ChiselPackage[];
  readonly complaints: readonly string[];
}

/** Reads every line; a bad one is a complaint and loses only itself. Null when the bytes cannot be unpacked. */
export function readChisel(bytes: Uint8Array): ChiselReading | null {
  const text = unpack(bytes);
  if (text === null) return null;
  const packages: { kind: unknown; name: unknown; [field: string]: unknown }[] = [];
  const files = new Map<string, Omit<FileClaim, "purl">[]>();
  const complaints: string[] = [];
  let count = 0;
  let expected: unknown = null;
  for (const [index, line] of text.split("\n").entries()) {
    if (line === "") continue;
    count += 1;
    const record = parse(line);
    if (record === null) complaints.push(`line ${index + 1} is no record`);
    else if (index === 0) expected = record["count"];
    else if (record["kind"] === "package") packages.push({ kind: "package", name: null, ...record });
    else if (record["kind"] === "path") addFile(files, record);
  }
  // The reader of zstd takes the first of several frames for the whole.
  if (expected !== count)
    complaints.push(`it says that it has ${String(expected)} records, and has ${count}`);
  const read = packages.map((record) => readPackage(record, files));
  const invalid = read.filter((record) => record === null).length;
  if (invalid > 0) complaints.push(`${invalid} packages have no valid name and version`);
  return { packages: read.filter((record) => record !== null), complaints };
}

function unpack(bytes: Uint8Array): string | null {
  try {
    return decodeText(zstdDecompressSync(bytes, { maxOutputLength: unpackedBytesMax }));
  } catch {
    return null;
  }
}

const unpackedBytesMax = 64 * 1024 ** 2;

function parse(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    return value as Readonly<Record<string, unknown>>;
  } catch {
    return null;
  }
}

function readPackage(
  { name, version, arch, sha256 }: { readonly [field: string]: unknown },
  files: ReadonlyMap<string, readonly Omit<FileClaim, "purl">[]>,
): ChiselPackage | null {
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) return null;
  return {
    name,
    version,
    architecture: isToken(arch, nameLengthMax) ? arch : null,
    digest: digestOf("sha256", sha256),
    files: files.get(name) ?? [],
  };
}

/** A path belongs to the package of its first slice, `libc6` of `libc6_libs`; folders are shared, and left out. */
function addFile(
  files: Map<string, Omit<FileClaim, "purl">[]>,
  { path, slices, sha256, final_sha256: changed }: { readonly [field: string]: unknown },
): void {
  const slice: unknown = Array.isArray(slices) ? slices[0] : null;
  if (typeof path !== "string" || typeof slice !== "string" || path.endsWith("/")) return;
  const owner = slice.split("_", 1)[0] ?? "";
  const file = {
    path: path.replace(/^\//, ""),
    kind: "file",
    digest: digestOf("sha256", changed ?? sha256),
    isConfiguration: path.startsWith("/etc/"),
  } as const;
  const list = files.get(owner);
  if (list === undefined) files.set(owner, [file]);
  else list.push(file);
}
