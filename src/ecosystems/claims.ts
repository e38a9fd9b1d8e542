/**
 * Who owns which file: the claims of all packages laid over the merged tree. Links are followed, so that `bin/ls` of a package
 * is `usr/bin/ls` of a tree where `/bin` leads to `/usr/bin`.
 */
import type { FileFact, FileTree } from "../domain/files.ts";
import type { FileClaim } from "../domain/package.ts";

export interface Ownership {
  /** The package that lists the file, or the nearest folder above it; null: none does. */
  ownerOf(path: string): string | null;
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
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  for (const claim of claims) {
    const fact = tree?.find(claim.path) ?? null;
    const path = fact?.path ?? claim.path;
    if (claim.kind === "folder") folders.set(path, claim.purl);
    else {
      onFile({ claim, fact });
      // The first wins: shared folders and diverted files are listed by several.
      if (!files.has(path)) files.set(path, claim.purl);
    }
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

  return {
    ownerOf(path) {
      const owner = files.get(path);
      if (owner !== undefined || folders.size === 0) return owner ?? null;
      const folder = parentOf(path);
      if (folder !== last.folder) last = { folder, owner: ownerOfFolder(folder) };
      return last.owner;
    },
  };
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? "" : path.slice(0, slash);
}
