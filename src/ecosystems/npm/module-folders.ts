/**
 * How Node finds a module (https://nodejs.org/api/modules.html#loading-from-node_modules-folders): the nearest `node_modules`
 * folder upward that has it. Works on paths alone, of files as well as of lock files.
 */
import { folderOf } from "../shared/text.ts";

const MODULES = "node_modules";

export class ModuleFolders<T> {
  readonly #byFolder: ReadonlyMap<string, T>;
  /** `node_modules` folders that have a package. */
  readonly #holders = new Set<string>();
  /** Holders from one upward, the nearest first. */
  readonly #upward = new Map<string, readonly string[]>();

  /** Keys are the folders of packages: `app/node_modules/@b/c`. */
  constructor(byFolder: ReadonlyMap<string, T>) {
    this.#byFolder = byFolder;
    for (const folder of byFolder.keys()) this.#holders.add(holderOf(folder));
  }

  /** What `require(name)` in the package at `folder` finds; null: nothing. */
  resolve(folder: string, name: string): T | null {
    const own = `${folder}/${MODULES}`;
    if (this.#holders.has(own)) {
      const nested = this.#byFolder.get(`${own}/${name}`);
      if (nested !== undefined) return nested;
    }
    for (const holder of this.#holdersFrom(holderOf(folder))) {
      const found = this.#byFolder.get(`${holder}/${name}`);
      if (found !== undefined) return found;
    }
    return null;
  }

  #holdersFrom(holder: string): readonly string[] {
    const known = this.#upward.get(holder);
    if (known !== undefined) return known;
    const found: string[] = this.#holders.has(holder) ? [holder] : [];
    const floor = storeEntryOf(holder);
    let at = folderOf(holder);
    for (let step = 0; step < foldersMax && at.length >= floor.length; step += 1) {
      const next = at === "" ? MODULES : `${at}/${MODULES}`;
      if (next !== holder && this.#holders.has(next)) found.push(next);
      if (at === "") break;
      at = folderOf(at);
    }
    this.#upward.set(holder, found);
    return found;
  }
}

/** Folders above one another that are looked into; real trees have a dozen. */
const foldersMax = 100;

/** The `node_modules` folder that a package stands in: of `a/node_modules/@b/c` it is `a/node_modules`. */
export function holderOf(folder: string): string {
  const parent = folderOf(folder);
  const at = parent.lastIndexOf("/");
  return parent.startsWith("@", at + 1) ? parent.slice(0, Math.max(0, at)) : parent;
}

/**
 * Stores of pnpm, Bun, Deno and Yarn: `…/.pnpm/a@1.0.0/node_modules/a`. What a package there needs stands beside it as links into
 * the store, so nothing above its entry counts. The entry's path (`…/.pnpm/a@1.0.0`), or empty for folders outside of stores.
 */
export function storeEntryOf(folder: string): string {
  for (const mark of storeMarks) {
    const at = folder.lastIndexOf(mark);
    if (at === -1) continue;
    const end = folder.indexOf("/", at + mark.length);
    if (end !== -1) return folder.slice(0, end);
  }
  return "";
}

const storeMarks = ["/.pnpm/", "/.bun/", "/.deno/", "/.store/", "/.yarn/unplugged/"];
