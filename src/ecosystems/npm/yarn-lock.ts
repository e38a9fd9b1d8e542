/**
 * `yarn.lock`, classic (https://classic.yarnpkg.com/lang/en/docs/yarn-lock/) and of Yarn 2 and later. Both list blocks: a line
 * of wanted ranges, then indented fields. The reader takes just that, so that one bad block loses only itself.
 */
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import {
  parseFailed,
  recordInvalid,
  type LockComplaint,
  type LockReading,
  type PinnedPackage,
} from "../shared/pinned.ts";

/** Packages of folders, links and workspaces are the project's own and are left out. */
export function readYarnLock(text: string): LockReading {
  const pinned: PinnedPackage[] = [];
  const complaints: LockComplaint[] = [];
  for (const block of blocksOf(text)) {
    if (block.key === "__metadata") continue;
    const origin = originOf(block);
    if (origin !== null && isLocal(origin.range)) continue;
    const version = block.fields.get("version");
    if (origin !== null && isToken(origin.name, nameLengthMax) && isToken(version, versionLengthMax)) {
      pinned.push({ name: origin.name, version, license: null });
    } else complaints.push(recordInvalid(block.key, "has no valid name and version"));
  }
  if (pinned.length === 0 && complaints.length === 0 && !/^(# yarn lockfile v1|__metadata:)/m.test(text)) {
    return parseFailed("the file is no lock file of Yarn");
  }
  return { pinned, complaints };
}

interface Block {
  /** `"a@^1.0.0", "a@^1.1.0"` without its colon. */
  readonly key: string;
  readonly fields: ReadonlyMap<string, string>;
}

function* blocksOf(text: string): Generator<Block> {
  let open: { key: string; fields: Map<string, string> } | null = null;
  for (const raw of text.split("\n")) {
    const line = raw.trimEnd();
    if (line === "" || line.startsWith("#")) continue;
    if (!line.startsWith(" ")) {
      if (open !== null) yield open;
      open = { key: line.endsWith(":") ? line.slice(0, -1) : line, fields: new Map() };
    } else if (open !== null && line.startsWith("  ") && line[2] !== " ")
      addField(open.fields, line.slice(2));
  }
  if (open !== null) yield open;
}

/** `version "1.0.0"` (classic) or `version: 1.0.0`. */
function addField(fields: Map<string, string>, line: string): void {
  const space = line.indexOf(" ");
  if (space === -1) return;
  const name = line.slice(0, space);
  fields.set(name.endsWith(":") ? name.slice(0, -1) : name, unquote(line.slice(space + 1).trim()));
}

interface Origin {
  readonly name: string;
  /** What follows the name's `@`: `^1.0.0`, `npm:^1.0.0`, `workspace:.`, `file:./x`. */
  readonly range: string;
}

/** Later versions of Yarn say what a block resolved to; in classic an alias shows in the range: `a@npm:real@^1.0.0`. */
function originOf({ key, fields }: Block): Origin | null {
  const resolution = fields.get("resolution");
  if (resolution !== undefined) return splitDescriptor(resolution);
  const first = splitDescriptor(unquote(key.split(", ", 1)[0] ?? ""));
  if (first === null || !first.range.startsWith("npm:")) return first;
  return splitDescriptor(first.range.slice(4)) ?? first;
}

/** Name and range of `@scope/name@range`; null without a range. */
function splitDescriptor(text: string): Origin | null {
  const at = text.indexOf("@", 1);
  return at === -1 ? null : { name: text.slice(0, at), range: text.slice(at + 1) };
}

function isLocal(range: string): boolean {
  return localProtocols.some((protocol) => range.startsWith(protocol));
}

const localProtocols = ["workspace:", "link:", "portal:", "file:", "exec:", "./", "../", "/"];

function unquote(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
