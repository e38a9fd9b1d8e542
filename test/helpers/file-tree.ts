/** A made-up merged tree, for tests of what reads one. */
import type { FileFact, FileTree } from "../../src/domain/files.ts";

/** Facts of files by path, `0o644` and one byte unless told; `links` from a folder's path to the real one. */
export function fileTree(
  files: Readonly<Record<string, Partial<FileFact>>>,
  links: Readonly<Record<string, string>> = {},
): FileTree {
  const facts = new Map(
    Object.entries(files).map(([path, fact], id): [string, FileFact] => [
      path,
      {
        id,
        path,
        kind: "file",
        sizeBytes: 1,
        mode: 0o644,
        uid: 0,
        gid: 0,
        target: "",
        layerIndex: 0,
        ...fact,
      },
    ]),
  );
  return {
    eachFile(visit) {
      for (const fact of facts.values()) if (fact.kind === "file") visit({ ...fact, path: () => fact.path });
    },
    walk: (folder = "") =>
      facts.values().filter(({ path }) => folder === "" || path.startsWith(`${folder}/`)),
    find(path) {
      const link = Object.keys(links).find((folder) => path.startsWith(`${folder}/`));
      const real = link === undefined ? path : `${links[link] ?? ""}${path.slice(link.length)}`;
      return facts.get(real) ?? null;
    },
  };
}
