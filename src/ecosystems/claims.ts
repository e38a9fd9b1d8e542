/**
 * Who owns which file: the claims of all packages laid over the merged tree. Links are followed, so that `bin/ls` of a package
 * is `usr/bin/ls` of a tree where `/bin` leads to `/usr/bin`.
 */
import type { FileCursor, FileFact, FileTree } from "../domain/files.ts";
import type { FileClaim } from "../domain/package.ts";

export interface Ownership {
  /** The package that lists the file, or the nearest folder above it; null: none does. */
  ownerOf(path: string): string | null;
  /** The same for a file of the tree that the claims were laid over. */
  ownerOfFile(file: Pick<FileCursor, "id" | "path">): string | null;
}

export interface ClaimedFile {
  readonly claim: FileClaim;
  /** Null: nothing is there. */
  readonly fact: FileFact | null;
}

/**
 * `tree` null: no links are known, so paths count as written. `onFile` is handed every claim on a file as it is laid: what
 * it does not keep is gone.
 */
export function layClaims(
  claims: Iterable<FileClaim>,
  tree: FileTree | null,
  onFile: (file: ClaimedFile) => void = () => undefined,
): Ownership {
  /** By number in the tree; by path what is not there. */
  const present = new Map<number, string>();
  const absent = new Map<string, string>();
  const folders = new Map<string, string>();
  for (const claim of claims) {
    const { purl } = claim;
    const fact = tree?.find(claim.path) ?? null;
    if (claim.kind === "folder") {
      folders.set(fact?.path ?? claim.path, purl);
      continue;
    }
    onFile({ claim, fact });
    // The first wins: shared folders and diverted files are listed by several.
    if (fact === null) {
      if (!absent.has(claim.path)) absent.set(claim.path, purl);
    } else if (!present.has(fact.id)) present.set(fact.id, purl);
  }
  // Most files share their folder with many others, and are asked for one after the other.
  const memory = new Map<string, string | null>();
  let last = { folder: "", owner: folders.get("") ?? null };

  function ownerOfFolder(folder: string): string | null {
    const open: string[] = [];
    let at = folder;
    let owner = memory.get(at);
    while (owner === undefined) {
      open.push(at);
      owner = folders.get(at);
      if (owner !== undefined) break;
      if (at === "") owner = null;
      else {
        at = parentOf(at);
        owner = memory.get(at);
      }
    }
    for (const path of open) memory.set(path, owner);
    return owner;
  }

  function ownerOfFolders(path: string): string | null {
    if (folders.size === 0) return null;
    const folder = parentOf(path);
    if (folder !== last.folder) last = { folder, owner: ownerOfFolder(folder) };
    return last.owner;
  }

  return {
    ownerOf(path) {
      const fact = tree?.find(path) ?? null;
      const owner = fact === null ? absent.get(path) : present.get(fact.id);
      return owner ?? ownerOfFolders(fact?.path ?? path);
    },
    ownerOfFile(file) {
      const owner = present.get(file.id);
      return owner ?? (folders.size === 0 ? null : ownerOfFolders(file.path()));
    },
  };
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? "" : path.slice(0, slash);
}
