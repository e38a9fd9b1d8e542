/**
 * The repository and tag of an uploaded project. Names of projects are any text, names in references are not; two projects never share
 * a place, because a name that had to be changed carries a piece of its hash.
 */
import { createHash } from "node:crypto";

export interface ProjectPlace {
  /** `my-app` */
  readonly repository: string;
  readonly tag: string;
}

/** The same place for the same name and version, always. Without a version the tag is `latest`. */
export function placeOfProject({
  name,
  version,
}: {
  readonly name: string;
  readonly version: string;
}): ProjectPlace {
  return {
    repository: isPath(name) ? name : marked(slug(name.toLowerCase(), /[^a-z0-9/]+/g), name),
    tag: tagOf(version),
  };
}

function tagOf(version: string): string {
  if (version === "") return "latest";
  // Else the version `latest` and none would be one.
  const isTag = version !== "latest" && /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(version);
  return isTag ? version : marked(slug(version, /[^A-Za-z0-9.]+/g), version);
}

/** A path of a reference, short enough for every registry: `team/my-app`. */
function isPath(name: string): boolean {
  return name.length <= PATH_LENGTH_MAX && name.split("/").every((part) => PART.test(part));
}

const PART = /^[a-z0-9]+(?:(?:[._]|__|-{1,10})[a-z0-9]+)*$/;
const PATH_LENGTH_MAX = 200;

function slug(text: string, others: RegExp): string {
  const words = text.slice(0, SLUG_LENGTH_MAX).replaceAll(others, "-").split("/");
  const parts = words.map((word) => word.replace(/^[-.]+/, "").replace(/[-.]+$/, ""));
  return parts.filter((part) => part !== "").join("/");
}

const SLUG_LENGTH_MAX = 80;

function marked(words: string, text: string): string {
  const mark = createHash("sha256").update(text).digest("hex").slice(0, 12);
  return words === "" ? mark : `${words}-${mark}`;
}
