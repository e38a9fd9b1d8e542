/**
 * Layers put on top of one another: which files there are in the end, and which archive entry holds the bytes of each
 * wanted one. Pure: logs in, a list of contents out. Source: OCI image specification 1.1, layer.md ("Applying Changesets");
 * where it leaves room, as containerd unpacks: a parent that is a symbolic link is followed, a folder entry over a link
 * replaces it, and a whiteout hides lower layers only, wherever it stands in its archive.
 */
import type { KeepsHistory, WantsFile } from "../domain/files.ts";
import { printable, type Problem } from "../domain/problem.ts";
import type { LayerLog, LogCursor } from "./layer-log.ts";
import { createResolver, type Resolver, type Unresolved } from "./merge-resolve.ts";
import { DEVICE, DIRECTORY, FILE, MergeTree, ROOT, SYMLINK, type NodeFacts } from "./merge-tree.ts";
import { viewTree, type MergedTree } from "./merge-view.ts";
import { findAliases } from "./merge-aliases.ts";

/** The archive entry that holds a file's bytes. */
export interface Content {
  readonly layer: number;
  readonly ordinal: number;
}

export interface MergedFile {
  /** The path under which it was wanted. */
  readonly path: string;
  readonly content: Content;
  /** Contents of the same path in lower layers, bottom first. */
  readonly earlier: readonly Content[];
}

export interface Merged {
  /** Sorted by path (code units). */
  readonly wanted: readonly MergedFile[];
  readonly fileCount: number;
  readonly tree: MergedTree;
}

export interface Merger {
  /** Puts the next layer on top. Layers come in order, from the bottom. */
  apply(layer: number, log: LayerLog): void;
  finish(): Merged;
}

export interface MergeOptions {
  readonly wants: WantsFile;
  readonly keepsHistory: KeepsHistory;
  /** Paths that may be held, folders that no layer lists included. */
  readonly pathsMax: number;
  /** Asked now and then: false stops, and the rest of the layer is left out. */
  goesOn(): boolean;
  /** Called with the layer's index, or null at the end. */
  onProblem(problem: Omit<Problem, "layer">, layer: number | null): void;
}

/** A merger of one image, still empty. */
export function createMerger(options: MergeOptions): Merger {
  const tree = new MergeTree();
  const history = new Map<number, Content[]>();
  tree.onGone = (node) => history.delete(node);
  const state: State = {
    options,
    tree,
    history,
    resolver: createResolver(tree),
    flagged: new Set(),
    layer: 0,
    folderPath: null,
    folderNode: ROOT,
    folderIsIndirect: false,
  };
  return {
    apply(layer, log) {
      state.layer = layer;
      state.folderPath = null;
      applyAll(state, log, hide);
      state.folderPath = null;
      applyAll(state, log, add);
      for (const name of BOOKKEEPING) {
        const node = tree.child(ROOT, name);
        if (node !== null) tree.remove(node);
      }
    },
    finish: () => finish(state),
  };
}

/** Folders of old storage drivers; hard links of the same layer may lead into the first. */
const BOOKKEEPING = [".wh..wh.plnk", ".wh..wh.aufs", ".wh..wh.orph"];

interface State {
  readonly options: MergeOptions;
  readonly tree: MergeTree;
  readonly history: Map<number, Content[]>;
  readonly resolver: Resolver;
  /** Nodes whose own path is wanted. They may be gone by now. */
  readonly flagged: Set<number>;
  layer: number;
  /** The folder of the entry before: most entries share it. Null when it may have changed. */
  folderPath: string | null;
  folderNode: number;
  folderIsIndirect: boolean;
}

function applyAll(state: State, log: LayerLog, act: (state: State, entry: LogCursor) => void): void {
  let count = 0;
  for (const entry = log.read(); entry.next();) {
    if (state.tree.count > state.options.pathsMax) {
      const message = `the image has more than ${state.options.pathsMax} paths`;
      state.options.onProblem({ code: "LIMIT_ENTRIES", message, path: null }, state.layer);
      return;
    }
    count += 1;
    if (count % 1024 === 0 && !state.options.goesOn()) return;
    act(state, entry);
  }
}

/** First round over a layer: everything that takes something of lower layers away, before anything of its own is there. */
function hide(state: State, entry: LogCursor): void {
  const { tree, resolver } = state;
  const { kind } = entry;
  if (kind !== "whiteout" && kind !== "opaque" && kind !== "directory") return;
  if (kind === "opaque") {
    const folder = resolver.folder(entry.path, null);
    if (typeof folder !== "string") tree.empty(folder.node);
    return;
  }
  const folder = resolver.folder(entry.folder, null);
  const node = typeof folder === "string" ? null : tree.childNamed(folder.node, nameOf(state, entry));
  if (node === null) return;
  if (kind === "whiteout" || tree.kind(node) !== DIRECTORY) tree.remove(node);
}

function nameOf({ tree }: State, { bytes, nameAt, nameEnd }: LogCursor): number {
  return tree.nameOf(bytes, nameAt, nameEnd);
}

/** Second round: what the layer brings. */
function add(state: State, entry: LogCursor): void {
  const { kind, ordinal } = entry;
  if (kind === "whiteout" || kind === "opaque") return;
  const { tree, layer } = state;
  const folder = openFolder(state, entry.folder);
  if (typeof folder === "string") {
    report(state, entry.path, `a folder on its path: ${REASONS[folder]}`);
    return;
  }
  const name = nameOf(state, entry);
  if (kind === "file") {
    flag(state, entry, putFile(state, folder, name, { layer, ordinal }, entry));
    return;
  }
  if (kind === "hard-link") {
    addHardLink(state, entry, folder, name);
    return;
  }
  const existing = tree.childNamed(folder, name);
  if (kind === "directory" && existing !== null && tree.kind(existing) === DIRECTORY) {
    tree.setFacts(existing, factsOf(entry));
    return;
  }
  if (existing !== null || kind === "symlink") state.folderPath = null;
  const node = tree.putNamed(folder, name, nodeKinds[kind], layer, ordinal);
  tree.setFacts(node, factsOf(entry));
  if (kind !== "symlink") return;
  tree.targets.set(node, entry.target);
  flag(state, entry, node);
}

const nodeKinds = { directory: DIRECTORY, symlink: SYMLINK, device: DEVICE } as const;

/** Of all but files: only those have a size that means anything. */
function factsOf({ mode, uid, gid }: LogCursor): NodeFacts {
  return { sizeBytes: 0, mode, uid, gid };
}

function putFile(state: State, folder: number, name: number, content: Content, facts: NodeFacts): number {
  const { tree, history } = state;
  const existing = tree.childNamed(folder, name);
  let earlier: Content[] | undefined;
  if (existing !== null && tree.kind(existing) === DIRECTORY) state.folderPath = null;
  if (existing !== null && tree.kind(existing) === FILE && state.flagged.has(existing)) {
    const last = tree.content(existing);
    earlier = history.get(existing) ?? [];
    // The same path twice in one archive: the first was never to be seen.
    if (last.layer !== content.layer && state.options.keepsHistory(tree.path(existing))) earlier.push(last);
  }
  const node = tree.putNamed(folder, name, FILE, content.layer, content.ordinal);
  tree.setFacts(node, facts);
  if (earlier !== undefined && earlier.length > 0) history.set(node, earlier);
  return node;
}

function addHardLink(state: State, entry: LogCursor, folder: number, name: number): void {
  const { tree, resolver } = state;
  const [targetFolderPath, targetName] = split(entry.target);
  const targetFolder = resolver.folder(targetFolderPath, null);
  const target = typeof targetFolder === "string" ? null : tree.child(targetFolder.node, targetName);
  const kind = target === null ? null : tree.kind(target);
  const existing = tree.childNamed(folder, name);
  // A link to itself changes nothing.
  if (target !== null && target === existing) return;
  if (target === null || kind === DIRECTORY) {
    if (existing !== null) tree.remove(existing);
    state.folderPath = null;
    report(state, entry.path, "a hard link to a file that is not there");
    return;
  }
  if (kind === FILE) {
    flag(state, entry, putFile(state, folder, name, tree.content(target), tree.facts(target)));
    return;
  }
  state.folderPath = null;
  const node = tree.putNamed(folder, name, kind === SYMLINK ? SYMLINK : DEVICE, state.layer, entry.ordinal);
  tree.setFacts(node, tree.facts(target));
  if (kind === SYMLINK) tree.targets.set(node, tree.targets.get(target) ?? "");
  flag(state, entry, node);
}

/** Notes whether the path is wanted: the one that was stored, or the real one where a link was followed to it. */
function flag(state: State, entry: LogCursor, node: number): void {
  const isWanted = state.folderIsIndirect ? state.options.wants(state.tree.path(node)) : entry.isWanted;
  if (isWanted) state.flagged.add(node);
  else if (state.flagged.size > 0) state.flagged.delete(node);
}

function openFolder(state: State, path: string): number | Unresolved {
  if (path === state.folderPath) return state.folderNode;
  const { tree, layer } = state;
  const found = state.resolver.folder(path, (folder, name) => tree.put(folder, name, DIRECTORY, layer, 0));
  if (typeof found === "string") return found;
  state.folderPath = path;
  state.folderNode = found.node;
  state.folderIsIndirect = found.isIndirect;
  return found.node;
}

const REASONS: Readonly<Record<Unresolved, string>> = {
  missing: "a symbolic link leads to nothing",
  loop: "symbolic links lead in a circle",
  not_a_directory: "a symbolic link leads through a file",
  budget: "symbolic links take too many steps to follow in this image",
};

function report(state: State, path: string, what: string): void {
  const message = `${printable(path)}: ${what}`;
  state.options.onProblem({ code: "LINK_UNRESOLVED", message, path: printable(path) }, state.layer);
}

function finish(state: State): Merged {
  const { tree, flagged, history } = state;
  const found = new Map<string, MergedFile>();
  for (const node of flagged) {
    if (tree.kind(node) !== FILE) continue;
    const path = tree.path(node);
    found.set(path, { path, content: tree.content(node), earlier: history.get(node) ?? [] });
  }
  const { aliases, unresolved, isCut } = findAliases(tree, state.resolver, flagged, state.options.wants);
  for (const { path, node } of aliases) {
    found.set(path, { path, content: tree.content(node), earlier: history.get(node) ?? [] });
  }
  for (const { path, reason } of unresolved) {
    const message = `${printable(path)}: ${REASONS[reason]}`;
    state.options.onProblem({ code: "LINK_UNRESOLVED", message, path: printable(path) }, null);
  }
  if (isCut) {
    const message = "there are too many paths through symbolic links to look at all of them";
    state.options.onProblem({ code: "LIMIT_ENTRIES", message, path: null }, null);
  }
  const wanted = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { wanted, fileCount: tree.fileCount, tree: viewTree(tree, state.resolver) };
}

function split(path: string): [folder: string, name: string] {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? ["", path] : [path.slice(0, slash), path.slice(slash + 1)];
}
