/**
 * Paths followed through symbolic links inside the merged tree. An absolute target starts at the image's root and `..`
 * stops there, so nothing outside the image can be named.
 */
import { DIRECTORY, GONE, type MergeTree, ROOT, SYMLINK } from "./merge-tree.ts";

/** As in Linux: more links than this on the way to one file is a loop. */
const LINKS_MAX = 40;

/** Segments that come from link targets, over the whole image: a bound on work, far above any real image. */
const STEPS_MAX = 50_000_000;

export interface Resolved {
  /** The node reached; never a symbolic link. */
  readonly node: number;
  /** A symbolic link was followed on the way. */
  readonly isIndirect: boolean;
}

/** Why a path leads nowhere. `budget`: too much work with links in this image. */
export type Unresolved = "missing" | "loop" | "not_a_directory" | "budget";

export interface Resolver {
  /** The folder at `path`, whose missing parts `make` makes (or null: they are not made). */
  folder(path: string, make: ((folder: number, name: string) => number) | null): Resolved | Unresolved;
  /** Where the symbolic link `node` leads in the end. */
  link(node: number): Resolved | Unresolved;
}

export function createResolver(tree: MergeTree): Resolver {
  let steps = 0;

  function walk(
    start: number,
    path: string,
    make: ((folder: number, name: string) => number) | null,
  ): Resolved | Unresolved {
    // Segments still to go, the next one last.
    const todo = path === "" ? [] : path.split("/").reverse();
    let at = start;
    let links = 0;
    for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
      if (name === "" || name === ".") continue;
      if (tree.kind(at) !== DIRECTORY) {
        if (make === null) return "not_a_directory";
        // What stands in the way of a folder gives way to it.
        at = make(tree.parent(at), tree.name(at));
      }
      if (name === "..") {
        at = tree.parent(at);
        continue;
      }
      const child = tree.child(at, name) ?? make?.(at, name) ?? null;
      if (child === null) return "missing";
      if (tree.kind(child) !== SYMLINK) {
        at = child;
        continue;
      }
      links += 1;
      if (links > LINKS_MAX) return "loop";
      const target = tree.targets.get(child) ?? "";
      const segments = target.split("/").reverse();
      steps += segments.length;
      if (steps > STEPS_MAX) return "budget";
      todo.push(...segments);
      if (target.startsWith("/")) at = ROOT;
    }
    return { node: at, isIndirect: links > 0 };
  }

  return {
    folder(path, make) {
      const found = walk(ROOT, path, make);
      if (typeof found === "string" || tree.kind(found.node) === DIRECTORY) return found;
      if (make === null) return "not_a_directory";
      return { ...found, node: make(tree.parent(found.node), tree.name(found.node)) };
    },
    link(node) {
      const target = tree.targets.get(node) ?? "";
      const start = target.startsWith("/") ? ROOT : tree.parent(node);
      const found = walk(start, target, null);
      if (typeof found === "string") return found;
      return tree.kind(found.node) === GONE ? "missing" : { ...found, isIndirect: true };
    },
  };
}
