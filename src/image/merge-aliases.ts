/**
 * Files that are wanted under a path which leads through symbolic links: `etc/os-release` -> `../usr/lib/os-release`, or
 * `var/lib/dpkg/status` where `var/lib/dpkg` leads elsewhere.
 */
import type { WantsFile } from "../domain/files.ts";
import type { Resolver, Unresolved } from "./merge-resolve.ts";
import { DIRECTORY, FILE, type MergeTree, ROOT, SYMLINK } from "./merge-tree.ts";

export interface Aliases {
  readonly aliases: readonly { readonly path: string; readonly node: number }[];
  /** Links at wanted paths that lead nowhere. */
  readonly unresolved: readonly { readonly path: string; readonly reason: Unresolved }[];
  /** There were more paths than are looked at. */
  readonly isCut: boolean;
}

/** Links to folders inside folders that were reached through a link are followed to this depth. */
const DEPTH_MAX = 3;

/** Paths through links that are looked at: far above real images, where they are about as many as the files. */
const VISITS_MAX = 4_000_000;

/**
 * Every wanted path through links. A file below a linked folder counts when it is not wanted under its real path anyway
 * (so that a merged `/lib` does not show each file of `/usr/lib` twice), or when it lies in that folder itself, as the
 * folder's name may tell what it belongs to (`usr/share/doc/NAME/copyright`).
 */
export function findAliases(
  tree: MergeTree,
  resolver: Resolver,
  flagged: ReadonlySet<number>,
  wants: WantsFile,
): Aliases {
  const aliases: { path: string; node: number }[] = [];
  const unresolved: { path: string; reason: Unresolved }[] = [];
  let visits = 0;

  /** Files below `folder`, seen as `prefix`. */
  function descend(folder: number, prefix: string, depth: number, isTop: boolean): void {
    const open = [{ folder, prefix, isTop }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const node of tree.children(next.folder)) {
        visits += 1;
        if (visits > VISITS_MAX) return;
        const path = `${next.prefix}/${tree.name(node)}`;
        const kind = tree.kind(node);
        if (kind === DIRECTORY) open.push({ folder: node, prefix: path, isTop: false });
        if (kind === FILE && (next.isTop || !flagged.has(node)) && wants(path)) aliases.push({ path, node });
        if (kind === SYMLINK) follow(node, path, wants(path), depth + 1);
      }
    }
  }

  function follow(link: number, path: string, isWanted: boolean, depth: number): void {
    const found = resolver.link(link);
    if (typeof found === "string") {
      if (isWanted && depth === 1) unresolved.push({ path, reason: found });
      return;
    }
    const kind = tree.kind(found.node);
    if (kind === FILE && isWanted) aliases.push({ path, node: found.node });
    if (kind !== DIRECTORY || depth > DEPTH_MAX || isAbove(tree, found.node, link)) return;
    descend(found.node, path, depth, true);
  }

  for (const link of tree.targets.keys()) follow(link, tree.path(link), flagged.has(link), 1);
  return { aliases, unresolved, isCut: visits > VISITS_MAX };
}

/** Whether `folder` holds `node`, however deep: a link upwards shows only what is seen without it. */
function isAbove(tree: MergeTree, folder: number, node: number): boolean {
  for (let at = tree.parent(node); ; at = tree.parent(at)) {
    if (at === folder) return true;
    if (at === ROOT) return false;
  }
}
