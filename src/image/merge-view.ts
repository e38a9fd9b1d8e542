/** The merged tree as others see it: every path with its facts, and the paths of contents. */
import type { FileFact, FileKind, FileTree } from "../domain/files.ts";
import type { Resolver } from "./merge-resolve.ts";
import { DEVICE, DIRECTORY, FILE, type MergeTree, ROOT, SYMLINK } from "./merge-tree.ts";

export interface MergedTree extends FileTree {
  /** Calls back for every living file with the archive entry that holds its bytes; a content with several names several times. */
  eachFile(visit: (layer: number, ordinal: number, path: () => string) => void): void;
}

/** A view of `tree`, which must not change any more. */
export function viewTree(tree: MergeTree, resolver: Resolver): MergedTree {
  function factOf(node: number, path: string): FileFact {
    const kind = kindNames[tree.kind(node)] ?? "device";
    const { layer } = tree.content(node);
    const target = tree.targets.get(node) ?? "";
    return { path, kind, ...tree.facts(node), target, layerIndex: layer };
  }

  // Paths are asked for in the order of a package's list, so mostly folder by folder.
  let last: { readonly path: string; readonly node: number | null } = { path: "", node: ROOT };

  /** Every node but the root, a folder before what is in it. */
  function* nodes(): Generator<{ readonly node: number; readonly folder: string }> {
    const open: { node: number; path: string }[] = [{ node: ROOT, path: "" }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const folder = next.path === "" ? "" : `${next.path}/`;
      for (const node of tree.children(next.node)) {
        yield { node, folder };
        if (tree.kind(node) === DIRECTORY) open.push({ node, path: folder + tree.name(node) });
      }
    }
  }

  return {
    *walk() {
      for (const { node, folder } of nodes()) yield factOf(node, folder + tree.name(node));
    },
    find(path) {
      const slash = path.lastIndexOf("/");
      const folderPath = slash < 0 ? "" : path.slice(0, slash);
      if (folderPath !== last.path) {
        const found = resolver.folder(folderPath, null);
        last = { path: folderPath, node: typeof found === "string" ? null : found.node };
      }
      const node = last.node === null ? null : tree.child(last.node, path.slice(slash + 1));
      return node === null ? null : factOf(node, tree.path(node));
    },
    eachFile(visit) {
      for (const { node, folder } of nodes()) {
        if (tree.kind(node) !== FILE) continue;
        const { layer, ordinal } = tree.content(node);
        visit(layer, ordinal, () => folder + tree.name(node));
      }
    },
  };
}

const kindNames: Readonly<Record<number, FileKind>> = {
  [FILE]: "file",
  [DIRECTORY]: "directory",
  [SYMLINK]: "symlink",
  [DEVICE]: "device",
};
