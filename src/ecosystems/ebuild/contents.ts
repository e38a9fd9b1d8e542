/**
 * What a Gentoo package installed: `CONTENTS`, a line for each path.
 * Format: `obj <path> <md5> <mtime>`, `sym <path> -> <target> <mtime>`, `dir <path>`, `fif <path>`, `dev <path>`.
 */
import type { FileClaim } from "../../domain/package.ts";

/** Files and links; folders are shared by packages, and left out. Changes in `/etc` are the administrator's (CONFIG_PROTECT). */
export function readContents(text: string): readonly Omit<FileClaim, "purl">[] {
  const entries: Omit<FileClaim, "purl">[] = [];
  for (const line of text.split("\n")) {
    const object = OBJECT.exec(line);
    const path = object?.[1] ?? LINK.exec(line)?.[1];
    if (path === undefined) continue;
    const value = object?.[2];
    entries.push({
      path,
      kind: "file",
      digest: value === undefined ? null : { algorithm: "md5", value },
      isConfiguration: path.startsWith("etc/"),
    });
  }
  return entries;
}

/** Paths may hold blanks, so both are read from both ends. */
const OBJECT = /^obj \/(.+) ([0-9a-f]{32}) \d+$/;
const LINK = /^sym \/(.+?) -> /;
