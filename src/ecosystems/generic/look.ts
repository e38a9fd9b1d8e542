/**
 * What is looked at of a file: programs by signature, Java runtimes, kernels, the package note of an executable
 * (https://systemd.io/ELF_PACKAGE_METADATA), and whether it was packed by UPX, so that nothing in it can be read.
 */
import { Buffer } from "node:buffer";
import { recordOf } from "../../domain/json-record.ts";
import type { FileHead, FileView, Json } from "../../domain/files.ts";
import { readElf, readNotes } from "../shared/elf.ts";
import { readExecutable } from "../shared/executable.ts";
import { baseName, isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import type { CatalogMode } from "../types.ts";
import { findSignatures } from "./find-signatures.ts";
import { readJavaRelease, type JavaRuntime } from "./java-release.ts";
import { readKernelImage, readKernelModule } from "./kernel.ts";
import { readVersions, type Reading } from "./read-version.ts";

/** What `look` says of a file, and `readLooked` gives back. */
export interface Looked {
  readonly readings: readonly Reading[];
  readonly java: JavaRuntime | null;
  readonly note: PackageNote | null;
  /** Release of the kernel that the file is, or that the module is for. */
  readonly kernel: { readonly what: "image" | "module"; readonly release: string } | null;
  readonly isPacked: boolean;
}

export interface PackageNote {
  /** `deb`, `rpm`, `apk`: the package manager that the note speaks of. */
  readonly type: string;
  /** `debian`, `fedora`; empty: not told. */
  readonly os: string;
  readonly name: string;
  readonly version: string;
  readonly architecture: string | null;
}

/** Smaller executables are scripts and stubs. */
const sizeBytesMin = 4096;

export function wants({ path, sizeBytes, mode }: FileHead, catalogMode: CatalogMode): boolean {
  if (catalogMode !== "installed" || sizeBytes === 0) return false;
  if ((mode & 0o111) !== 0 && sizeBytes >= sizeBytesMin) return true;
  return findSignatures(path).length > 0 || isOther(path);
}

function isOther(path: string): boolean {
  return path.endsWith("/release") || path.endsWith(".ko") || isKernelImage(path) || path.endsWith(".so");
}

function isKernelImage(path: string): boolean {
  return baseName(path).startsWith("vmlinu") || path.endsWith("/bzImage");
}

export function look({ path }: FileHead, view: FileView): Json | null {
  const looked = lookAt(path, view);
  const { readings, java, note, kernel, isPacked } = looked;
  const isNothing = readings.length === 0 && java === null && note === null && kernel === null && !isPacked;
  return isNothing ? null : toJson(looked);
}

function lookAt(path: string, view: FileView): Looked {
  const nothing = { readings: [], java: null, note: null, kernel: null, isPacked: false };
  if (path.endsWith("/release")) {
    const java = readJavaRelease(Buffer.from(view.read(0, releaseBytesMax)).toString("utf8"));
    return { ...nothing, java };
  }
  if (path.endsWith(".ko")) return { ...nothing, kernel: asKernel("module", readKernelModule(view)) };
  if (isKernelImage(path)) return { ...nothing, kernel: asKernel("image", readKernelImage(view)) };
  const file = readExecutable(view);
  const signatures = findSignatures(path);
  if (file === null && signatures.length === 0) return nothing;
  const readings = readVersions(path, view, file, signatures);
  const note =
    file?.format === "elf" && readings.every(({ version }) => version === null) ? readNote(view) : null;
  return { ...nothing, readings, note, isPacked: file !== null && isPacked(view) };
}

const releaseBytesMax = 16 * 1024;

function asKernel(what: "image" | "module", release: string | null): Looked["kernel"] {
  return release === null ? null : { what, release };
}

/** UPX leaves its name behind the program headers. */
function isPacked(view: FileView): boolean {
  const bytes = view.read(0, 1024);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf("UPX!", 0, "latin1") !== -1;
}

/** `NT_FDO_PACKAGING_METADATA` */
const packageNoteType = 0xcafe_1a7e;

function readNote(view: FileView): PackageNote | null {
  const elf = readElf(view);
  if (elf === null) return null;
  const note = readNotes(view, elf).find(({ owner, type }) => owner === "FDO" && type === packageNoteType);
  if (note === undefined) return null;
  try {
    const fields = recordOf(JSON.parse(note.bytes.toString("utf8").replace(/\0+$/, "")));
    const [type, os, name, version] = ["type", "os", "name", "version"].map((key) => fields?.[key]);
    if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) return null;
    const architecture = fields?.["architecture"];
    return {
      type: typeof type === "string" ? type : "",
      os: typeof os === "string" && isToken(os, nameLengthMax) ? os.toLowerCase() : "",
      name,
      version,
      architecture: isToken(architecture, nameLengthMax) ? architecture : null,
    };
  } catch {
    // A note that is no JSON is nobody's package note.
    return null;
  }
}

function toJson({ readings, java, note, kernel, isPacked }: Looked): Json {
  return {
    readings: readings.map(({ id, version }) => [id, version]),
    java: java === null ? null : { ...java },
    note: note === null ? null : { ...note },
    kernel: kernel === null ? null : { ...kernel },
    isPacked,
  };
}

/** What `look` has written. */
export function readLooked(value: Json): Looked {
  const fields = recordOf(value);
  const readings = Array.isArray(fields?.["readings"])
    ? (fields["readings"] as readonly (readonly [string, string | null])[])
    : [];
  return {
    readings: readings.map(([id, version]) => ({ id, version })),
    java: recordOf(fields?.["java"]) as JavaRuntime | null,
    note: recordOf(fields?.["note"]) as PackageNote | null,
    kernel: recordOf(fields?.["kernel"]) as Looked["kernel"],
    isPacked: fields?.["isPacked"] === true,
  };
}
