/**
 * Where the links of a store lead: `.bun/a@1.0.0/node_modules/b` is a link to `../../b@1.0.0/node_modules/b`.
 */
import type { FileTree } from "../../domain/files.ts";
import { folderOf } from "../shared/text.ts";
import { holderOf, storeEntryOf } from "./module-folders.ts";

/** The folder that the package at `folder` finds under a name by way of a link; null: there is none, or no tree is known. */
export function followLink(tree: FileTree | null, folder: string, name: string): string | null {
  if (tree === null) return null;
  const beside = `${holderOf(folder)}/${name}`;
  // Yarn's store has the links in a folder of the entry, beside that of the package.
  const inEntry = `${storeEntryOf(folder)}/node_modules/${name}`;
  return targetOf(tree, beside) ?? (inEntry === beside ? null : targetOf(tree, inEntry));
}

function targetOf(tree: FileTree, path: string): string | null {
  let fact = tree.find(path);
  let isLink = false;
  for (let hop = 0; fact?.kind === "symlink"; hop += 1) {
    if (hop >= hopsMax || fact.target.startsWith("/")) return null;
    isLink = true;
    fact = tree.find(join(folderOf(fact.path), fact.target));
  }
  return isLink ? (fact?.path ?? null) : null;
}

/** Links that lead to links; installers make one. */
const hopsMax = 8;

function join(folder: string, target: string): string {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of target.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
