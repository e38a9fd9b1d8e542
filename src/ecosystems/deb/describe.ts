/**
 * A Debian package as the inventory has it, with the licences of its copyright file.
 */
import { Buffer } from "node:buffer";
import type { WantedFile } from "../../domain/files.ts";
import type { Distro, Evidence, Package } from "../../domain/package.ts";
import { distroQualifier } from "../shared/distro-space.ts";
import { formatPurl, upstreamQualifier } from "../shared/purl.ts";
import { authorLengthMax, decodeText, descriptionLengthMax, shortText } from "../shared/text.ts";
import { readCopyright } from "./copyright.ts";
import type { DebRecord } from "./status.ts";

const DOC_FOLDER = "usr/share/doc/";
const COPYRIGHT = "/copyright";

/** `apt` of `usr/share/doc/apt/copyright`, else null. */
export function packageOfCopyright(path: string): string | null {
  if (!path.startsWith(DOC_FOLDER) || !path.endsWith(COPYRIGHT)) return null;
  const name = path.slice(DOC_FOLDER.length, -COPYRIGHT.length);
  return name === "" || name.includes("/") ? null : name;
}

/**
 * The licences of a package's copyright file. Packages of one source may share a folder by a symbolic link, which leaves no
 * file of their own: then that of another package of the same source and version counts.
 */
export function licensesOf(
  records: readonly DebRecord[],
  files: readonly WantedFile[],
): (record: DebRecord) => readonly string[] {
  const byName = licensesByName(files);
  const bySource = new Map<string, readonly string[]>();
  for (const record of records) {
    const licenses = byName.get(record.name);
    if (licenses !== undefined && !bySource.has(sourceOf(record))) bySource.set(sourceOf(record), licenses);
  }
  return (record) => byName.get(record.name) ?? bySource.get(sourceOf(record)) ?? [];
}

/** By the name of the folder. */
export function licensesByName(files: readonly WantedFile[]): ReadonlyMap<string, readonly string[]> {
  const byName = new Map<string, readonly string[]>();
  for (const file of files) {
    const name = packageOfCopyright(file.path);
    if (name !== null) byName.set(name, readCopyright(asciiText(file.bytes)));
  }
  return byName;
}

/** Names of licences are ASCII, and what stands around them is not looked at: so the bytes are not decoded, which takes longer. */
function asciiText(bytes: Uint8Array): string {
  if (bytes[0] === BYTE_ORDER_MARK) return decodeText(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

const BYTE_ORDER_MARK = 0xef;

function sourceOf(record: DebRecord): string {
  return `${record.source.name} ${record.source.version}`;
}

/** What a package is described by. */
type Described = Pick<
  DebRecord,
  "name" | "version" | "architecture" | "maintainer" | "description" | "sizeBytes"
> & { readonly source: DebRecord["source"] | null };

export function toPackage(
  record: Described,
  distro: Distro | null,
  evidence: Evidence,
  licenses: readonly string[],
): Package {
  // The type needs a vendor; without an os-release nothing says that it is not Debian's.
  const namespace = distro?.id ?? "debian";
  const { name, version, architecture } = record;
  return {
    ecosystem: "deb",
    namespace,
    name,
    version,
    purl: formatPurl({
      type: "deb",
      namespace,
      name,
      version,
      qualifiers: {
        arch: architecture,
        distro: distroQualifier(distro),
        upstream: upstreamQualifier(record, record.source),
      },
    }),
    sourcePackage: record.source,
    architecture,
    licenses,
    author: shortText(record.maintainer, authorLengthMax),
    description: shortText(record.description, descriptionLengthMax),
    sizeBytes: record.sizeBytes,
    evidence: [evidence],
  };
}
