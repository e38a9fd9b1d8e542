/**
 * Text and values of files from images, read with ceilings. Nothing here trusts the shape of what it is given.
 */
import { Buffer, isAscii } from "node:buffer";

/** UTF-8 without byte order mark; bytes that are no UTF-8 become U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Package databases are nearly all ASCII, which is copied several times faster.
  const text = buffer.toString(isAscii(buffer) ? "latin1" : "utf8");
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

/** The text trimmed and cut at `lengthMax`, or null when nothing is left or it says nothing (`UNKNOWN`). */
export function shortText(value: unknown, lengthMax: number): string | null {
  if (typeof value !== "string") return null;
  const text = value.trim().toWellFormed();
  if (text === "" || text === "UNKNOWN") return null;
  return text.length > lengthMax ? text.slice(0, lengthMax) : text;
}

export const authorLengthMax = 200;
export const descriptionLengthMax = 400;

/** Files that people or tools write by the line or the record, and that are read as a whole: no real one is longer. */
export const smallTextLengthMax = 4 * 1024 * 1024;

/** Longer names and versions are no names and versions: such a record is invalid. */
export const nameLengthMax = 300;
export const versionLengthMax = 300;

/** Whether the text can stand as a name or version: not empty, not too long, no white space, no control characters, no half of a pair. */
export function isToken(value: unknown, lengthMax: number): value is string {
  if (typeof value !== "string" || value === "" || value.length > lengthMax) return false;
  // JSON can write a lone surrogate, which no package URL and no UTF-8 document can carry.
  return !NOT_TOKEN.test(value) && value.isWellFormed();
}

const NOT_TOKEN = /[\s\u0000-\u001f\u007f]/;

/** Last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The path of the folder that a path is in, without a slash at the end; empty at the top. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
