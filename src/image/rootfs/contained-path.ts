/**
 * Paths inside a folder that stands for a whole file system: links are followed as if the folder were the root, so none
 * can lead outside.
 */
import { lstatSync, readlinkSync, type Stats } from "node:fs";
import { decodeName } from "../../io/tar-header.ts";

export interface ContainedPath {
  /** Path of the host, links resolved. */
  readonly path: Buffer;
  readonly stats: Stats;
}

const linksMax = 40;
const slash = Buffer.from("/");

/**
 * What `inner` (`etc/os-release`) means inside `root`, or null when it does not exist, loops or cannot be looked at.
 */
export function resolveInside(root: Buffer, inner: string | Buffer): ContainedPath | null {
  // latin1 keeps every byte as one character, so that names in any encoding survive splitting.
  const pending = splitPath(Buffer.from(inner)).toReversed();
  const done: string[] = [];
  let stats = look(root);
  for (let links = 0; pending.length > 0;) {
    const part = pending.pop() ?? "";
    if (part === ".") continue;
    if (part === "..") {
      done.pop();
      stats = look(join(root, done));
      continue;
    }
    const path = join(root, [...done, part]);
    stats = look(path);
    if (stats === null) return null;
    if (!stats.isSymbolicLink()) {
      done.push(part);
      continue;
    }
    links += 1;
    const target = links > linksMax ? null : readLink(path);
    if (target === null) return null;
    if (target[0] === 0x2f) done.length = 0;
    pending.push(...splitPath(target).toReversed());
  }
  return stats === null ? null : { path: join(root, done), stats };
}

/** Host path of a name below a folder. */
export function childPath(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, slash, name]);
}

/** Name as text: UTF-8 where it is valid, else latin1. */
export function nameText(name: Buffer): string {
  return decodeName(name);
}

function join(root: Buffer, parts: readonly string[]): Buffer {
  return parts.length === 0 ? root : childPath(root, Buffer.from(parts.join("/"), "latin1"));
}

function splitPath(path: Buffer): string[] {
  return path
    .toString("latin1")
    .split("/")
    .filter((part) => part !== "");
}

function look(path: Buffer): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    // A folder on the way may not be entered: what is below it is not there for us.
    return null;
  }
}

function readLink(path: Buffer): Buffer | null {
  try {
    return readlinkSync(path, { encoding: "buffer" });
  } catch {
    // It was a link a moment ago: the folder is changing, and the link counts as unresolved.
    return null;
  }
}
