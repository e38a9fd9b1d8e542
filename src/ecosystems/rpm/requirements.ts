/**
 * What rpm packages need and what they give: names of packages, libraries (`libc.so.6(GLIBC_2.34)(64bit)`) and files.
 * https://rpm-software-management.github.io/rpm/manual/dependencies.html
 */
import { tags, type RpmHeader } from "./header.ts";

/** Names that other packages may need of this one; its files are not among them. */
export function providedNames(header: RpmHeader): readonly string[] {
  return header.texts(tags.provideName);
}

/**
 * Names of what it needs to run: capabilities, and paths with a leading slash. Left out are what rpm itself must be able to do,
 * and what only the scripts of its installation need.
 */
export function requiredNames(header: RpmHeader): readonly string[] {
  const flags = header.numbers(tags.requireFlags);
  const found = new Set<string>();
  for (const [index, name] of header.texts(tags.requireName).entries()) {
    const flag = flags[index] ?? 0;
    const isForScripts = (flag & SCRIPTS) !== 0 && (flag & RUN_TIME) === 0;
    if ((flag & RPMLIB) !== 0 || name.startsWith("rpmlib(") || isForScripts) continue;
    if (name.startsWith("(")) for (const part of alternatives(name)) found.add(part);
    else found.add(name);
  }
  return [...found];
}

/**
 * The names in a condition like `(gcc >= 12 or clang)`. Of `(a if b)` only `a` is needed. Which of them holds is for the
 * installed packages to tell.
 */
function alternatives(condition: string): readonly string[] {
  const names: string[] = [];
  let isName = true;
  for (const word of condition.slice(1, conditionLengthMax).replace(OUTER_PARENTHESIS, "").split(" ")) {
    if (word === "if" || word === "unless") break;
    if (word === "and" || word === "or" || word === "with" || word === "without") isName = true;
    else if (isName) {
      names.push(word.replace(/^\(+/, ""));
      isName = false;
    }
  }
  return names;
}

const conditionLengthMax = 2000;
const OUTER_PARENTHESIS = /\)$/;

/** https://github.com/rpm-software-management/rpm/blob/rpm-4.20.x/include/rpm/rpmds.h */
const RPMLIB = 1 << 24;
/** Needed by a script, or to run one, before and after installation, removal and transaction. */
const SCRIPTS = [5, 7, 8, 9, 10, 11, 12, 13, 20, 21].reduce((mask, bit) => mask | (1 << bit), 0);
/** Found by looking at the files, or written without any mark. */
const RUN_TIME = 1 << 14;
