/**
 * Which distribution a file system is, from the files that say so. The first that names one wins; later ones only fill in
 * a release that it leaves out.
 * Source: https://www.freedesktop.org/software/systemd/man/os-release.html
 */
import { Buffer } from "node:buffer";
import type { WantedFile } from "../domain/files.ts";
import type { Distro } from "../domain/package.ts";
import { readArchRelease, readReleaseLine, readSuseRelease, releaseFiles } from "./release-files.ts";
import { decodeText } from "./shared/text.ts";

/** Whether the file at this path says something about the distribution. */
export function isDistroFile(path: string): boolean {
  return path.length <= pathLengthMax && readers.has(path);
}

/** The distribution, or null when no file names one. */
export function findDistro(files: readonly WantedFile[]): Distro | null {
  const byPath = new Map(files.map((file) => [file.path, file]));
  let found: Distro | null = null;
  for (const [path, read] of readers) {
    const file = byPath.get(path);
    const distro = file === undefined ? null : read(file.bytes);
    if (distro === null) continue;
    found = found === null ? distro : complete(found, distro);
  }
  return found;
}

/** Debian's testing has no `VERSION_ID`, and its older ones no code name; `debian_version` may tell. */
function complete(distro: Distro, other: Distro): Distro {
  if (distro.id !== other.id || (distro.versionId !== null && distro.codename !== null)) return distro;
  return {
    ...distro,
    versionId: distro.versionId ?? other.versionId,
    codename: distro.codename ?? other.codename,
  };
}

/** By path, the best first. */
const readers: ReadonlyMap<string, (bytes: Uint8Array) => Distro | null> = new Map([
  ["etc/os-release", readOsRelease],
  ["usr/lib/os-release", readOsRelease],
  ["etc/lsb-release", readLsbRelease],
  ...releaseFiles.map((path) => [path, readReleaseLine] as const),
  ["etc/SuSE-release", readSuseRelease],
  ["etc/arch-release", readArchRelease],
  ["etc/alpine-release", readAlpineRelease],
  ["etc/debian_version", readDebianVersion],
  ["bin/busybox", readBusybox],
  ["usr/bin/busybox", readBusybox],
]);

/** Asked of every file of an image: the length spares most of them the look-up. */
const pathLengthMax = Math.max(...[...readers.keys()].map((path) => path.length));

function readOsRelease(bytes: Uint8Array): Distro | null {
  const values = readAssignments(bytes);
  const id = idOf(values.get("ID"));
  if (id === null) return null;
  const written = values.get("VERSION_ID") ?? null;
  // Images of Arch Linux carry what their build was to fill in.
  const versionId = written === "TEMPLATE_VERSION_ID" ? null : written;
  return {
    id,
    versionId,
    codename: values.get("VERSION_CODENAME") ?? null,
    name: values.get("PRETTY_NAME") ?? madeUpName(values.get("NAME") ?? id, versionId),
    idLike: (values.get("ID_LIKE") ?? "")
      .toLowerCase()
      .split(" ")
      .filter((like) => like !== ""),
  };
}

/** https://refspecs.linuxfoundation.org/LSB_3.0.0/LSB-PDA/LSB-PDA/lsbrelease.html: `DISTRIB_ID=Ubuntu`. */
function readLsbRelease(bytes: Uint8Array): Distro | null {
  const values = readAssignments(bytes);
  const id = idOf(values.get("DISTRIB_ID"));
  if (id === null) return null;
  const versionId = values.get("DISTRIB_RELEASE") ?? null;
  return {
    id,
    versionId,
    codename: values.get("DISTRIB_CODENAME") ?? null,
    name: values.get("DISTRIB_DESCRIPTION") ?? madeUpName(values.get("DISTRIB_ID") ?? id, versionId),
    idLike: id === "ubuntu" ? ["debian"] : [],
  };
}

/** `3.18.4`, `3.20_alpha20240329` */
function readAlpineRelease(bytes: Uint8Array): Distro | null {
  const version = firstWord(bytes);
  if (!/^\d{1,4}\.\d/.test(version)) return null;
  return { id: "alpine", versionId: version, codename: null, name: `Alpine Linux ${version}`, idLike: [] };
}

/** `12.5`, or `trixie/sid` of testing and unstable, which cannot be told apart. */
function readDebianVersion(bytes: Uint8Array): Distro | null {
  const version = firstWord(bytes);
  const release = /^\d{1,4}/.exec(version)?.[0] ?? null;
  const codename = release === null ? (/^[a-z]{1,40}/.exec(version)?.[0] ?? null) : null;
  if (release === null && codename === null) return null;
  return { id: "debian", versionId: release, codename, name: `Debian GNU/Linux ${version}`, idLike: [] };
}

/** A file system of BusyBox alone has no file that names it; the program holds `BusyBox v1.36.1 (…)`. */
function readBusybox(bytes: Uint8Array): Distro | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = buffer.indexOf("BusyBox v");
  if (at === -1) return null;
  const version = /^\d{1,4}(?:\.\d{1,4}){1,2}/.exec(buffer.toString("latin1", at + 9, at + 40))?.[0] ?? null;
  return {
    id: "busybox",
    versionId: version,
    codename: null,
    name: madeUpName("BusyBox", version),
    idLike: [],
  };
}

/** `KEY=value` lines with shell quotes. Empty values are left out. */
function readAssignments(bytes: Uint8Array): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of decodeText(bytes.subarray(0, releaseBytesMax)).split("\n")) {
    const equals = line.indexOf("=");
    const key = line.slice(0, Math.max(0, equals)).trim();
    const value = unquote(line.slice(equals + 1).trim());
    if (key !== "" && !key.startsWith("#") && value !== "") values.set(key, value);
  }
  return values;
}

const releaseBytesMax = 64 * 1024;

function unquote(text: string): string {
  const quote = text[0];
  if (text.length >= 2 && (quote === '"' || quote === "'") && text.endsWith(quote)) {
    const inner = text.slice(1, -1);
    return quote === '"' ? inner.replace(/\\(["$`\\])/g, "$1") : inner;
  }
  return text;
}

/** Lower case; null for what cannot stand in a package URL or a name space. */
function idOf(text: string | undefined): string | null {
  const id = text?.toLowerCase() ?? "";
  return /^[a-z0-9][a-z0-9._-]{0,63}$/.test(id) ? id : null;
}

function firstWord(bytes: Uint8Array): string {
  return decodeText(bytes.subarray(0, 200)).trim().split(/\s/, 1)[0] ?? "";
}

function madeUpName(name: string, version: string | null): string {
  return version === null ? name : `${name} ${version}`;
}
