/** The merged tree as others see it: every path with its facts, and the paths of contents. */
import type { FileCursor, FileFact, FileKind, FileTree } from "../domain/files.ts";
import type { Resolver } from "./merge-resolve.ts";
import { DEVICE, DIRECTORY, FILE, type MergeTree, ROOT, SYMLINK } from "./merge-tree.ts";

export interface MergedTree extends FileTree {
  /** Calls back for every living file with the archive entry that holds its bytes; a content with several names several times. */
  eachContent(visit: (layer: number, ordinal: number, path: () => string) => void): void;
}

/** A view of `tree`, which must not change any more. */
export function viewTree(tree: MergeTree, resolver: Resolver): MergedTree {
  function factOf(node: number, path: string): FileFact {
    const kind = kindNames[tree.kind(node)] ?? "device";
    const { sizeBytes, mode, uid, gid } = tree.facts(node);
    const target = kind === "symlink" ? (tree.targets.get(node) ?? "") : "";
    return { id: node, path, kind, sizeBytes, mode, uid, gid, target, layerIndex: tree.layer(node) };
  }

  // Packages list hundreds of thousands of files in a few thousand folders.
  const folders = new Map<string, RealFolder>([["", { node: ROOT, prefix: "" }]]);

  function folderAt(path: string): RealFolder {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const found = resolver.folder(path, null);
    const node = typeof found === "string" ? null : found.node;
    const folder = { node, prefix: node === null || node === ROOT ? "" : `${tree.path(node)}/` };
    if (folders.size < FOLDERS_MAX) folders.set(path, folder);
    return folder;
  }

  /** Every node below `start`, a folder before what is in it. */
  function* nodes(start: { node: number; path: string }): Generator<{ node: number; folder: string }> {
    const open = [start];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const folder = next.path === "" ? "" : `${next.path}/`;
      for (const node of tree.children(next.node)) {
        yield { node, folder };
        if (tree.kind(node) === DIRECTORY) open.push({ node, path: folder + tree.name(node) });
      }
    }
  }

  return {
    *walk(under = "") {
      const { node: start, prefix } = folderAt(under);
      if (start === null) return;
      for (const { node, folder } of nodes({ node: start, path: prefix.slice(0, -1) }))
        yield factOf(node, folder + tree.name(node));
    },
    find(path) {
      const slash = path.lastIndexOf("/");
      const folder = folderAt(slash < 0 ? "" : path.slice(0, slash));
      const name = path.slice(slash + 1);
      const node = folder.node === null ? null : tree.child(folder.node, name);
      return node === null ? null : factOf(node, folder.prefix + name);
    },
    eachFile(visit) {
      const file = new NodeCursor(tree);
      eachNode(tree, (node, folder) => {
        if (tree.kind(node) !== FILE) return;
        file.id = node;
        file.folder = folder;
        visit(file);
      });
    },
    eachContent(visit) {
      eachNode(tree, (node, folder) => {
        if (tree.kind(node) !== FILE) return;
        const { layer, ordinal } = tree.content(node);
        visit(layer, ordinal, () => folder + tree.name(node));
      });
    },
  };
}

/** Every node but the root. `folder`: its path with a slash at the end, empty for the root's; made once a folder. */
function eachNode(tree: MergeTree, visit: (node: number, folder: string) => void): void {
  const open = [{ node: ROOT, path: "" }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (let node = tree.firstChild(next.node); node !== null; node = tree.nextChild(node)) {
      visit(node, next.path);
      if (tree.kind(node) === DIRECTORY) open.push({ node, path: `${next.path}${tree.name(node)}/` });
    }
  }
}

class NodeCursor implements FileCursor {
  id = ROOT;
  folder = "";
  readonly #tree: MergeTree;

  constructor(tree: MergeTree) {
    this.#tree = tree;
  }

  get sizeBytes(): number {
    return this.#tree.sizeBytes(this.id);
  }

  get mode(): number {
    return this.#tree.mode(this.id);
  }

  path(): string {
    return this.folder + this.#tree.name(this.id);
  }
}

/** A folder by the path it was asked for. */
interface RealFolder {
  /** Null: there is none. */
  readonly node: number | null;
  /** Its own path with a slash at the end; empty for the root. */
  readonly prefix: string;
}

/** Past this many the rest is found anew each time: what the lists of hostile packages name may be anything. */
const FOLDERS_MAX = 200_000;

const kindNames: Readonly<Record<number, FileKind>> = {
  [FILE]: "file",
  [DIRECTORY]: "directory",
  [SYMLINK]: "symlink",
  [DEVICE]: "device",
};
