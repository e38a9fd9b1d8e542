/**
 * What a Gentoo package needs to run (`RDEPEND`), resolved among the installed packages.
 * Syntax: https://projects.gentoo.org/pms/8/pms.html#dependency-specification-format
 */

export interface InstalledAtom {
  /** `dev-lang/python` */
  readonly name: string;
  /** `3.12`; empty: none. */
  readonly slot: string;
}

/** Gives the indexes of what a list of needs names, of all that is installed. */
export function resolveNeeds(installed: readonly InstalledAtom[]): (text: string) => readonly number[] {
  const byName = new Map<string, number[]>();
  for (const [index, { name }] of installed.entries()) {
    const list = byName.get(name);
    if (list === undefined) byName.set(name, [index]);
    // A hostile tree could hold one package in a million versions.
    else if (list.length < sameNameMax) list.push(index);
  }
  const find = (word: string): readonly number[] => {
    const atom = readAtom(word);
    const found = atom === null ? [] : (byName.get(atom.name) ?? []);
    if (atom === null || atom.slot === "" || found.length < 2) return found;
    const same = found.filter((index) => installed[index]?.slot === atom.slot);
    return same.length > 0 ? same : found;
  };
  return (text) => {
    const needed: number[] = [];
    for (const choices of alternativesOf(text)) {
      needed.push(...(choices.map(find).find((list) => list.length > 0) ?? []));
    }
    return needed;
  };
}

const sameNameMax = 50;

/** Each need with its alternatives: one, or all within `|| ( … )`. Conditions were decided when the package was built. */
function alternativesOf(text: string): readonly (readonly string[])[] {
  const groups: string[][] = [];
  // Depth of the outermost `|| (` that is open, and its alternatives.
  let depth = 0;
  let anyAt = 0;
  let any: string[] | null = null;
  let isAny = false;
  for (const word of text.split(/\s+/)) {
    if (word === "||") isAny = true;
    else if (word === "(") {
      depth += 1;
      if (isAny && any === null) {
        any = [];
        anyAt = depth;
      }
      isAny = false;
    } else if (word === ")") {
      if (any !== null && depth === anyAt) {
        groups.push(any);
        any = null;
      }
      depth -= 1;
    } else if (any !== null) any.push(word);
    else groups.push([word]);
  }
  return groups;
}

/** `>=dev-lang/python-3.11:3.12=[ssl]` names `dev-lang/python` of slot `3.12`. Null for what blocks, and what is no atom. */
function readAtom(word: string): InstalledAtom | null {
  const [, operator = "", name = "", slot = ""] = ATOM.exec(word) ?? [];
  if (name === "") return null;
  return { name: operator === "" ? name : name.replace(VERSION, ""), slot };
}

const ATOM =
  /^([<>=~]{0,2})([A-Za-z0-9_][A-Za-z0-9+_.-]*\/[A-Za-z0-9+_.*-]+)(?::([A-Za-z0-9_][A-Za-z0-9+_.-]*))?/;
const VERSION = /-[0-9][0-9.]*[a-z]?(?:_[a-z0-9_]+)?(?:-r[0-9]+)?\*?$/;
