/** What a native document says of the image's files: how many are explained, and the state of the system's. */
import type { Coverage, CoverageCount, PathList, SystemFiles } from "../../domain/package.ts";
import { asText, child, count, each, type Node } from "./strict.ts";

/** @throws PlimsollError DOCUMENT_INVALID, as all functions here */
export function readCoverage(root: Node, name: string): Coverage {
  const node = child(root, name);
  return {
    files: readCounts(node, "files"),
    executables: readCounts(node, "executables"),
    unexplained: each(node, "unexplained", asText),
  };
}

export function readSystemFiles(root: Node, name: string): SystemFiles {
  const node = child(root, name);
  return {
    listed: count(node, "listed"),
    compared: count(node, "compared"),
    modified: readPaths(node, "modified"),
    missing: readPaths(node, "missing"),
    unowned: readPaths(node, "unowned"),
  };
}

function readCounts(owner: Node, name: string): CoverageCount {
  const node = child(owner, name);
  return {
    total: count(node, "total"),
    byPackage: count(node, "byPackage"),
    bySignature: count(node, "bySignature"),
    byNothing: count(node, "byNothing"),
  };
}

function readPaths(owner: Node, name: string): PathList {
  const node = child(owner, name);
  return { count: count(node, "count"), paths: each(node, "paths", asText) };
}
