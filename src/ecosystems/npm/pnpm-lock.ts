/**
 * `pnpm-lock.yaml`, layouts 5 to 9 (https://github.com/pnpm/spec/tree/master/lockfile). It is written by a program in one
 * style, so the reader takes the lines of its `packages` section; one bad entry loses only itself.
 */
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import {
  parseFailed,
  recordInvalid,
  type LockComplaint,
  type LockReading,
  type PinnedPackage,
} from "../shared/pinned.ts";

/** Packages of folders are the project's own and are left out. */
export function readPnpmLock(text: string): LockReading {
  const layout = /^lockfileVersion: *['"]?(\d{1,3})/m.exec(text)?.[1];
  if (layout === undefined) return parseFailed("the file does not say which layout of pnpm it follows");
  const pinned: PinnedPackage[] = [];
  const complaints: LockComplaint[] = [];
  for (const entry of entriesOf(text)) {
    const resolution = entry.fields.get("resolution") ?? "";
    if (entry.key.startsWith("file:") || entry.key.startsWith("link:") || DIRECTORY.test(resolution))
      continue;
    const named = Number(layout) < 6 ? splitSlash(entry.key) : splitAt(entry.key);
    // What is not from a registry has an address as its key, and fields that tell its name and version.
    const name = entry.fields.get("name") ?? named?.name;
    const version = entry.fields.get("version") ?? named?.version;
    if (isToken(name, nameLengthMax) && isToken(version, versionLengthMax) && !version.includes("/")) {
      pinned.push({ name, version, license: null });
    } else complaints.push(recordInvalid(entry.key, "has no valid name and version"));
  }
  return { pinned, complaints };
}

const DIRECTORY = /\btype: directory\b/;

interface Entry {
  readonly key: string;
  readonly fields: ReadonlyMap<string, string>;
}

function* entriesOf(text: string): Generator<Entry> {
  let inPackages = false;
  let open: { key: string; fields: Map<string, string> } | null = null;
  for (const raw of text.split("\n")) {
    const line = raw.trimEnd();
    if (line === "" || line.startsWith("#")) continue;
    const indent = line.length - line.trimStart().length;
    if (indent === 0) inPackages = line === "packages:";
    if (!inPackages || indent === 0) continue;
    // The second half of a long key (`? key`, `: value`) is the entry's first field.
    if (indent === 2 && line[2] === ":") addField(open?.fields, line.slice(4));
    else if (indent === 2) {
      if (open !== null) yield open;
      open = { key: keyOf(line.slice(2)), fields: new Map() };
    } else if (indent === 4) addField(open?.fields, line.slice(4));
  }
  if (open !== null) yield open;
}

function addField(fields: Map<string, string> | undefined, line: string): void {
  const colon = line.indexOf(": ");
  if (colon !== -1) fields?.set(line.slice(0, colon), unquote(line.slice(colon + 2).trim()));
}

/** `/a/1.0.0:`, `'@b/c@1.0.0':`, `a@1.0.0: {}`, or YAML's form for long keys: `? '…'`. */
function keyOf(text: string): string {
  const written = text.startsWith("? ") ? text.slice(2) : text;
  const end = written.endsWith(": {}") ? -4 : written.endsWith(":") ? -1 : undefined;
  return unquote(written.slice(0, end));
}

/** Layout 5: `/a/1.0.0`, `/@b/c/1.0.0_react@17.0.2`, and `registry.example.com/a/1.0.0`. */
function splitSlash(key: string): { name: string; version: string } | null {
  const parts = key.split("/");
  const version = parts.at(-1)?.split("_", 1)[0] ?? "";
  const names = parts.slice(1, -1);
  if (names.length === 0 || names.length > 2 || (names.length === 2 && !names[0]?.startsWith("@")))
    return null;
  return { name: names.join("/"), version };
}

/** Layouts 6 and later: `/a@1.0.0(react@17.0.2)`, `@b/c@1.0.0`. */
function splitAt(key: string): { name: string; version: string } | null {
  const path = key.startsWith("/") ? key.slice(1) : key;
  const at = path.indexOf("@", 1);
  if (at === -1) return null;
  return { name: path.slice(0, at), version: path.slice(at + 1).split("(", 1)[0] ?? "" };
}

function unquote(text: string): string {
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || !text.endsWith(quote)) return text;
  return text.slice(1, -1);
}
