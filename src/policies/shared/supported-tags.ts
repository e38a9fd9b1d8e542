/**
 * Which tags of an image its publisher keeps up: by the library files of the Docker Official Images
 * (https://github.com/docker-library/official-images#instruction-format), or by a list of the operator's own:
 *
 * ```
 * # one image a line, with the registry host; a star stands for any characters
 * ghcr.io/acme/base: 2.* 3.* latest
 * ```
 */
import type { BaseSupport } from "../../domain/policy.ts";
import { matchesGlob } from "./glob.ts";

export interface TagList {
  /** Canonical name: `docker.io/library/alpine`. */
  readonly name: string;
  /** Tags, or patterns of them, in the order of the list. */
  readonly tags: readonly string[];
  /** For people: `library/alpine`, `tags.txt`. */
  readonly source: string;
}

/** Most characters of a line that are read. */
const LINE_MAX = 20_000;

/** `file`: its base name, which names the image of a library file. What is neither of the two has no lines. */
export function readTagLists(file: string, text: string): readonly TagList[] {
  const lines = unfold(text);
  if (lines.some((line) => /^(?:Tags|SharedTags):/i.test(line))) return [libraryList(file, lines)];
  return lines.flatMap((line) => {
    const [, name = "", tags = ""] = /^([^\s:]+(?::\d+\/[^\s:]+)?):\s(.*)$/.exec(line) ?? [];
    return name === "" ? [] : [{ name, tags: wordsOf(tags), source: file }];
  });
}

/** What the lists say of a tag; null: none of them speaks of the image. Several lists of one image are one. */
export function supportOf(lists: readonly TagList[], name: string, tag: string | null): BaseSupport | null {
  const own = lists.filter((list) => list.name === name);
  if (own.length === 0) return null;
  const tags = [...new Set(own.flatMap((list) => list.tags))];
  return {
    isSupported: tag !== null && tags.some((pattern) => matchesGlob(pattern, tag)),
    source: [...new Set(own.map(({ source }) => source))].join(", "),
    supportedTags: tags,
  };
}

function libraryList(file: string, lines: readonly string[]): TagList {
  const tags = lines.flatMap((line) => {
    const [, list] = /^(?:Tags|SharedTags):(.*)$/i.exec(line) ?? [];
    return list === undefined ? [] : wordsOf(list);
  });
  return { name: `docker.io/library/${file}`, tags: [...new Set(tags)], source: `library/${file}` };
}

function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}

/** Lines that begin with a space go on with the one before; comments and empty lines end nothing but themselves. */
function unfold(text: string): readonly string[] {
  const lines: string[] = [];
  for (const raw of text.split("\n")) {
    const line = raw.slice(0, LINE_MAX).trimEnd();
    if (line === "" || line.trimStart().startsWith("#")) continue;
    const before = lines.at(-1);
    if (/^\s/.test(line) && before !== undefined) lines[lines.length - 1] = `${before} ${line.trim()}`;
    else lines.push(line);
  }
  return lines;
}
