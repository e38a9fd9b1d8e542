/**
 * The files of an Arch Linux package: paths and configuration files from `files`, digests from the gzipped `mtree`.
 * Formats: https://man.archlinux.org/man/alpm-db-files.5, https://man.archlinux.org/man/mtree.5
 */
import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import type { FileClaim, PackageDigest } from "../../domain/package.ts";
import { digestOf } from "../shared/package-of.ts";
import { decodeText } from "../shared/text.ts";
import { readSections } from "./desc.ts";

export interface FileReading {
  readonly claims: readonly FileClaim[];
  /** Why there are no digests although there is an `mtree`; null: nothing is wrong. */
  readonly complaint: string | null;
  /** Length of the unpacked `mtree`. */
  readonly unpackedBytes: number;
}

/**
 * Claims on files and links; folders (a slash at the end) are shared by packages, and left out. `mtree` is unpacked to at most
 * `unpackedBytesMax` bytes.
 */
export function fileClaims(
  purl: string,
  files: string,
  mtree: Uint8Array | null,
  unpackedBytesMax: number,
): FileReading {
  const sections = readSections(files);
  // `etc/pacman.conf<TAB><md5>`: what it was when it was installed.
  const backup = new Map(
    (sections.get("BACKUP") ?? []).map((line) => {
      const tab = line.indexOf("\t");
      return [line.slice(0, Math.max(0, tab)), digestOf("md5", line.slice(tab + 1))] as const;
    }),
  );
  const text = mtree === null ? "" : unpack(mtree, unpackedBytesMax);
  const digests = readMtree(text ?? "");
  const claims = (sections.get("FILES") ?? [])
    .filter((path) => !path.endsWith("/"))
    .map((path) => {
      const configuration = backup.get(path);
      const digest = digests.get(path) ?? configuration ?? null;
      return { purl, path, kind: "file", digest, isConfiguration: configuration !== undefined } as const;
    });
  return {
    claims,
    complaint: text === null ? "its list of digests cannot be unpacked" : null,
    unpackedBytes: text === null ? mtreeBytesMax : text.length,
  };
}

/** Null when it is no gzip, or grows past the ceiling. */
function unpack(bytes: Uint8Array, bytesMax: number): string | null {
  try {
    return decodeText(gunzipSync(bytes, { maxOutputLength: Math.max(1, Math.min(bytesMax, mtreeBytesMax)) }));
  } catch {
    return null;
  }
}

/** 200 bytes a file: no package of Arch comes near. */
const mtreeBytesMax = 32 * 1024 ** 2;

/** `./usr/bin/a time=1 mode=755 size=2 sha256digest=<hex>`: digests by path without `./`. */
function readMtree(text: string): ReadonlyMap<string, PackageDigest> {
  const digests = new Map<string, PackageDigest>();
  for (const line of text.split("\n")) {
    if (!line.startsWith("./")) continue;
    const words = line.split(" ");
    const find = (key: string): string | undefined =>
      words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
    const digest =
      digestOf("sha256", find("sha256digest") ?? find("sha256")) ??
      digestOf("md5", find("md5digest") ?? find("md5"));
    if (digest !== null) digests.set(unescape((words[0] ?? "").slice(2)), digest);
  }
  return digests;
}

/** `\040` is a blank: bytes beyond ASCII, blanks and signs with a meaning are written in octal. */
function unescape(path: string): string {
  if (!path.includes("\\")) return path;
  const bytes: number[] = [];
  const source = Buffer.from(path);
  for (let at = 0; at < source.length; at += 1) {
    const octal = source[at] === BACKSLASH ? OCTAL.exec(source.toString("latin1", at + 1, at + 4)) : null;
    bytes.push(octal === null ? (source[at] ?? 0) : Number.parseInt(octal[0], 8) & 0xff);
    if (octal !== null) at += 3;
  }
  return Buffer.from(bytes).toString("utf8");
}

const BACKSLASH = 0x5c;
const OCTAL = /^[0-7]{3}$/;
