/** What plugins begin with that read a file for each installed package: its name and version, then what it needs. */
import type { WantedFile } from "../../domain/files.ts";
import type { CatalogResult } from "../types.ts";
import { withEdges, type PackageNode } from "./dependency-edges.ts";
import { nothingRead, readEach } from "./package-of.ts";
import type { FileProblems } from "./problems.ts";
import { isToken, nameLengthMax, versionLengthMax } from "./text.ts";

/** The packages of all files with the edges between them. Null: the file tells of none, and `read` has said why. */
export function readNodes(
  files: readonly WantedFile[],
  read: (file: WantedFile, problems: FileProblems) => PackageNode | null,
): CatalogResult {
  const nodes: PackageNode[] = [];
  const { problems } = readEach(files, (file, complaints) => {
    const node = read(file, complaints);
    if (node !== null) nodes.push(node);
    return nothingRead;
  });
  return { packages: withEdges(nodes), problems };
}

/** Both, when they can be a name and a version; else null, and a problem that `called` (`the entry a`) has none. */
export function namedOf(
  problems: FileProblems,
  called: string,
  name: unknown,
  version: unknown,
): { readonly name: string; readonly version: string } | null {
  if (isToken(name, nameLengthMax) && isToken(version, versionLengthMax)) return { name, version };
  problems.add("RECORD_INVALID", `${called.slice(0, calledLengthMax)} has no valid name and version`);
  return null;
}

const calledLengthMax = 220;
