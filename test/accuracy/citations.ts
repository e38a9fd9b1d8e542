/** Whether the records that labels cite hold the lines that they cite. */
import { readDocuments } from "../../src/advisories/documents.ts";
import { sharedPath } from "../helpers/shared.ts";
import type { LabelSource } from "./label-files.ts";

/** For people, one for each citation that does not hold; empty: all do. */
export async function findBrokenCitations(sources: readonly LabelSource[]): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const [archive, cited] of Map.groupBy(sources, (source) => source.archive)) {
    const wanted = Map.groupBy(cited, (source) => source.file);
    const path = sharedPath(`feeds/${archive}`);
    if (path === null) throw new Error(`labels cite ../shared/feeds/${archive}`);
    await readDocuments(path, {
      signal: null,
      onDocument: (document) => {
        const file = [...wanted.keys()].find((each) => isFile(document.name, each));
        if (file === undefined) return;
        const text = document.text();
        for (const { lines } of wanted.get(file) ?? []) {
          const missing = lines.filter((line) => !text.includes(line));
          if (missing.length > 0) broken.push(`${archive} ${file}: there is no ${missing.join(", no ")}`);
        }
        wanted.delete(file);
      },
    });
    broken.push(...[...wanted.keys()].map((file) => `${archive} holds no ${file}`));
  }
  return broken;
}

function isFile(name: string, file: string): boolean {
  return name === file || name.endsWith(`/${file}`);
}
