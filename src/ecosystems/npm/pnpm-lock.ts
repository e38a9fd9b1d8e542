/**
 * `pnpm-lock.yaml`, layouts 5 to 9 (https://github.com/pnpm/spec/tree/master/lockfile): a section `packages`, and in layout 9
 * `snapshots` with what each needs, once for every set of peers.
 */
import { integrityDigests } from "../shared/digests.ts";
import {
  parseFailed,
  recordInvalid,
  type LockComplaint,
  type LockReading,
  type PinnedPackage,
} from "../shared/pinned.ts";
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import { vcsUrl } from "../shared/vcs-url.ts";
import { linesOf, readBlocks, type Block } from "./indented.ts";

/** Packages of folders are the project's own and are left out. */
export function readPnpmLock(text: string): LockReading {
  const layout = /^lockfileVersion: *['"]?(\d{1,3})/m.exec(text)?.[1];
  if (layout === undefined) return parseFailed("the file does not say which layout of pnpm it follows");
  const keys: Keys = Number(layout) < 6 ? slashKeys : atKeys;
  const snapshots = new Map<string, string[]>();
  for (const block of readBlocks(sectionLines(text, "snapshots:"), 2)) {
    const base = withoutPeers(block.key);
    const needs = snapshots.get(base);
    if (needs === undefined) snapshots.set(base, [...needsOf(block, keys)]);
    else needs.push(...needsOf(block, keys));
  }
  const pinned: PinnedPackage[] = [];
  const complaints: LockComplaint[] = [];
  for (const block of readBlocks(sectionLines(text, "packages:"), 2)) {
    const { key, fields } = block;
    if (key.startsWith("file:") && !isTarball(key)) continue;
    if (key.startsWith("link:") || DIRECTORY.test(resolutionOf(block, "type"))) continue;
    const named = keys.split(key);
    // What is not from a registry has an address as its key, and fields that tell its name and version.
    const name = fields.get("name") ?? named?.name;
    const version = fields.get("version") ?? named?.version;
    if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax) || version.includes("/")) {
      complaints.push(recordInvalid(key, "has no valid name and version"));
      continue;
    }
    pinned.push({
      name,
      version,
      license: null,
      digests: integrityDigests(resolutionOf(block, "integrity")),
      id: keys.id(key),
      needs: [...needsOf(block, keys), ...(snapshots.get(withoutPeers(key)) ?? [])],
      vcsUrl: originOf(block),
    });
  }
  return { pinned, complaints };
}

const DIRECTORY = /^directory$/;

function isTarball(key: string): boolean {
  return key.endsWith(".tgz") || key.endsWith(".tar.gz");
}

/** Lines of one section; a second document of the file starts anew. */
function* sectionLines(text: string, section: string): Generator<string> {
  let isIn = false;
  for (const line of linesOf(text)) {
    if (line !== "" && !line.startsWith(" ") && !line.startsWith("#") && line.trim() !== "")
      isIn = line.trimEnd() === section;
    else if (isIn) yield line;
  }
}

/** A member of `resolution: {integrity: sha512-…, tarball: …}`, or of the older form over several lines. */
function resolutionOf({ fields, lists }: Block, member: string): string {
  const line = fields.get("resolution");
  if (line === undefined) return lists.get("resolution")?.find(([name]) => name === member)?.[1] ?? "";
  const start = line.indexOf(`${member}: `);
  if (start === -1) return "";
  const rest = line.slice(start + member.length + 2);
  const end = /[,}]/.exec(rest)?.index;
  return rest
    .slice(0, end)
    .trim()
    .replace(/^['"]|['"]$/g, "");
}

function originOf(block: Block): string | null {
  const [repo, commit] = [resolutionOf(block, "repo"), resolutionOf(block, "commit")];
  if (repo !== "") return vcsUrl(`${repo.startsWith("git") ? "" : "git+"}${repo}#${commit}`);
  return vcsUrl(resolutionOf(block, "tarball"));
}

/** How a layout writes the key of a package, and what a dependency refers to. */
interface Keys {
  split(key: string): { name: string; version: string } | null;
  /** Without the set of peers: what is needed does not depend on who asks. */
  id(key: string): string;
}

/** Ids of what a block needs: `b: 2.0.0(peer@1.0.0)`, `alias: real@3.0.0`, `b: /b/2.0.0`, `b: link:../b`. */
function needsOf({ lists }: Block, keys: Keys): readonly string[] {
  return ["dependencies", "optionalDependencies"].flatMap((list) =>
    (lists.get(list) ?? []).flatMap(([name, target]) => {
      if (target.startsWith("link:")) return [];
      const bare = withoutPeers(target);
      // A version starts with a digit; anything else with `@` or `/` in it is a key of its own.
      const isKey = !/^\d/.test(bare) && (bare.includes("@") || bare.includes("/"));
      return [
        keys === slashKeys ? slashNeed(name, target, isKey) : keys.id(isKey ? bare : `${name}@${bare}`),
      ];
    }),
  );
}

/** In layout 9 a key that is an address stands behind its package's name: `real@https://…`. */
function withoutPeers(key: string): string {
  const at = key.indexOf("(");
  return at === -1 ? key : key.slice(0, at);
}

/** Layout 5: `/a/1.0.0`, `/@b/c/1.0.0_react@17.0.2`, and `registry.example.com/a/1.0.0`. */
const slashKeys: Keys = { split: splitSlash, id: (key) => key };

function slashNeed(name: string, target: string, isKey: boolean): string {
  return isKey ? target : `/${name}/${target}`;
}

function splitSlash(key: string): { name: string; version: string } | null {
  const parts = key.split("/");
  const version = parts.at(-1)?.split("_", 1)[0] ?? "";
  const names = parts.slice(1, -1);
  if (names.length === 0 || names.length > 2 || (names.length === 2 && !names[0]?.startsWith("@")))
    return null;
  return { name: names.join("/"), version };
}

/** Layouts 6 and later: `/a@1.0.0(react@17.0.2)`, `@b/c@1.0.0`. */
const atKeys: Keys = {
  split: splitAt,
  id: (key) => withoutPeers(key.startsWith("/") ? key.slice(1) : key),
};

function splitAt(key: string): { name: string; version: string } | null {
  const path = key.startsWith("/") ? key.slice(1) : key;
  const at = path.indexOf("@", 1);
  if (at === -1) return null;
  return { name: path.slice(0, at), version: withoutPeers(path.slice(at + 1)) };
}
