/**
 * The parts of a Maven version, taken apart as `ComparableVersion` of Maven 3.9 does: numbers and words, in lists that every
 * hyphen, and every change between digits and letters, nests one deeper. `1.0-rc1` is `[1, [rc, [1]]]`.
 */
import { invalidVersion, type VersionError } from "../error.ts";
import { versionLengthMax } from "../shared/limits.ts";

export type MavenPart =
  /** Without leading zeros, unless all are zeros. */
  | { readonly kind: "number"; readonly digits: string }
  /** Lower case, aliases replaced: `ga`, `final` and `release` are the empty word. */
  | { readonly kind: "word"; readonly word: string }
  | MavenList;

export interface MavenList {
  readonly kind: "list";
  readonly parts: MavenPart[];
}

/**
 * Takes a version apart. Maven itself refuses nothing; a property that nobody replaced and white space are no version here.
 * @throws VersionError VERSION_INVALID
 */
export function readMavenVersion(version: string): MavenList {
  if (version === "") throw refuse(version, "it is empty");
  if (version.length > versionLengthMax) throw refuse(version, "it is too long");
  if (/[\s\u0000-\u001f\u007f]/.test(version)) throw refuse(version, "it has white space in it");
  if (version.includes("${")) throw refuse(version, "it names a property");
  const root = new PartReader(version.toLowerCase()).read();
  return root;
}

function refuse(version: string, why: string): VersionError {
  return invalidVersion("maven", version, why);
}

class PartReader {
  readonly #text: string;
  readonly #root: MavenList = { kind: "list", parts: [] };
  /** From the root to the list that is being filled. */
  readonly #lists: MavenList[] = [this.#root];
  #list: MavenList = this.#root;
  #start = 0;
  #isDigit = false;

  constructor(text: string) {
    this.#text = text;
  }

  read(): MavenList {
    for (let at = 0; at < this.#text.length; at += 1) this.#character(at);
    if (this.#text.length > this.#start) {
      if (!this.#isDigit && this.#list.parts.length > 0) this.#nest();
      this.#list.parts.push(this.#part(this.#text.length));
    }
    for (const list of this.#lists.toReversed()) normalise(list);
    return this.#root;
  }

  #character(at: number): void {
    const character = this.#text[at] ?? "";
    if (character === "." || character === "-") {
      this.#list.parts.push(at === this.#start ? ZERO : this.#part(at));
      this.#start = at + 1;
      if (character === "-") this.#nest();
      return;
    }
    const isDigit = character >= "0" && character <= "9";
    if (isDigit !== this.#isDigit && at > this.#start) this.#change(at, isDigit);
    this.#isDigit = isDigit;
  }

  /** Between a word and a number stands an unwritten hyphen. */
  #change(at: number, toDigit: boolean): void {
    if (toDigit) {
      if (this.#list.parts.length > 0) this.#nest();
      this.#list.parts.push(wordPart(this.#text.slice(this.#start, at), true));
    } else this.#list.parts.push(this.#part(at));
    this.#start = at;
    this.#nest();
  }

  #nest(): void {
    const inner: MavenList = { kind: "list", parts: [] };
    this.#list.parts.push(inner);
    this.#lists.push(inner);
    this.#list = inner;
  }

  #part(end: number): MavenPart {
    const text = this.#text.slice(this.#start, end);
    if (!this.#isDigit) return wordPart(text, false);
    const digits = text.replace(/^0+/, "");
    return { kind: "number", digits: digits === "" ? text : digits };
  }
}

const ZERO: MavenPart = { kind: "number", digits: "0" };

function wordPart(text: string, isBeforeDigit: boolean): MavenPart {
  const long = isBeforeDigit ? (abbreviations.get(text) ?? text) : text;
  return { kind: "word", word: aliases.get(long) ?? long };
}

const abbreviations: ReadonlyMap<string, string> = new Map([
  ["a", "alpha"],
  ["b", "beta"],
  ["m", "milestone"],
]);
const aliases: ReadonlyMap<string, string> = new Map([
  ["ga", ""],
  ["final", ""],
  ["release", ""],
  ["cr", "rc"],
]);

/** Takes parts that say nothing off the end, and those in front of lists at the end. */
function normalise({ parts }: MavenList): void {
  for (let index = parts.length - 1; index >= 0; index -= 1) {
    const part = parts[index];
    if (part === undefined || isNothing(part)) parts.splice(index, 1);
    else if (part.kind !== "list") return;
  }
}

function isNothing(part: MavenPart): boolean {
  switch (part.kind) {
    case "number":
      return !/[1-9]/.test(part.digits);
    case "word":
      return part.word === "";
    case "list":
      return part.parts.length === 0;
  }
}
