/** Every path of a folder on disk, as facts: a root file system's tree. */
import { lstatSync, readlinkSync } from "node:fs";
import type { FileCursor, FileFact, FileTree } from "../../domain/files.ts";

export class FolderTree implements FileTree {
  readonly #facts = new Map<string, FileFact>();

  /** Looks at one path. What has gone meanwhile is left out. */
  add(host: Buffer, path: string): void {
    try {
      const stats = lstatSync(host);
      const isLink = stats.isSymbolicLink();
      const kind = stats.isFile()
        ? "file"
        : stats.isDirectory()
          ? "directory"
          : isLink
            ? "symlink"
            : "device";
      this.#facts.set(path, {
        id: this.#facts.size,
        path,
        kind,
        sizeBytes: kind === "file" ? stats.size : 0,
        mode: stats.mode & 0o7777,
        uid: stats.uid,
        gid: stats.gid,
        target: isLink ? readlinkSync(host) : "",
        layerIndex: null,
      });
    } catch {
      // Gone, or not to be seen: reading the folder says so where it matters.
    }
  }

  eachFile(visit: (file: FileCursor) => void): void {
    for (const fact of this.#facts.values()) {
      if (fact.kind === "file") visit({ ...fact, path: () => fact.path });
    }
  }

  *walk(folder = ""): Generator<FileFact> {
    const prefix = folder === "" ? "" : `${folder}/`;
    for (const fact of this.#facts.values()) if (fact.path.startsWith(prefix)) yield fact;
  }

  find(path: string): FileFact | null {
    const direct = this.#facts.get(path);
    if (direct !== undefined) return direct;
    const slash = path.lastIndexOf("/");
    const folder = slash === -1 ? "" : this.#realFolder(path.slice(0, slash), LINKS_MAX);
    if (folder === null) return null;
    const name = path.slice(slash + 1);
    return this.#facts.get(folder === "" ? name : `${folder}/${name}`) ?? null;
  }

  /** The folder without symbolic links, or null when there is none. `links`: how many may still be followed. */
  #realFolder(path: string, links: number): string | null {
    const fact = this.#facts.get(path);
    if (path === "" || fact?.kind === "directory") return path;
    const slash = path.lastIndexOf("/");
    if (fact?.kind === "symlink") {
      if (links === 0) return null;
      const above = slash === -1 ? "" : path.slice(0, slash);
      return this.#realFolder(join(fact.target.startsWith("/") ? "" : above, fact.target), links - 1);
    }
    if (slash === -1 || links === 0) return null;
    const above = this.#realFolder(path.slice(0, slash), links - 1);
    if (above === null || above === path.slice(0, slash)) return null;
    return this.#realFolder(join(above, path.slice(slash + 1)), links - 1);
  }
}

/** As in Linux: more links than this on the way is a loop. */
const LINKS_MAX = 40;

/** A path below the root; `..` stops there. */
function join(folder: string, target: string): string {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of target.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}
