/**
 * VEX documents that lie in an image: Scout's `*.vex.json` anywhere, and whatever stands in `var/lib/vex` and `usr/share/vex`.
 * They are handed on as text; what they say is the business of others.
 */
import type { WantedFile } from "../domain/files.ts";
import type { ImageVexFile } from "../domain/package.ts";
import { printable, type Problem } from "../domain/problem.ts";
import { decodeText } from "./shared/text.ts";

/** Whether the file at this path (`srv/app.vex.json`, no leading slash) is one. Called for every file: cheap. */
export function isVexFile(path: string): boolean {
  if (path.endsWith(".vex.json")) return true;
  return FOLDERS.test(path) && /\.(?:json|xml)$/.test(path);
}

const FOLDERS = /^(?:var\/lib|usr\/share|etc)\/vex\//;

/** Of one image: documents, and characters of all together. */
const FILES_MAX = 200;
const CHARACTERS_MAX = 16 * 1024 ** 2;

/** The documents by path, as many as fit. */
export function collectVexFiles(wanted: readonly WantedFile[]): {
  readonly files: readonly ImageVexFile[];
  readonly problems: readonly Problem[];
} {
  const files: ImageVexFile[] = [];
  const problems: Problem[] = [];
  let left = CHARACTERS_MAX;
  for (const { path, bytes, layer, layerIndex } of wanted) {
    if (!isVexFile(path)) continue;
    left -= bytes.length;
    if (left >= 0 && files.length < FILES_MAX)
      files.push({ path, layer, layerIndex, text: decodeText(bytes) });
    else {
      const message = printable(
        `${path}: the image holds more VEX documents than are read, and this one is left out`,
      );
      problems.push({ code: "VEX_FILES_IGNORED", message, path, layer });
    }
  }
  return { files, problems };
}
