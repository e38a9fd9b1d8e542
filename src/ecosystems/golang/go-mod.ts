/**
 * `go.mod`, `go.work`, `go.sum` and `vendor/modules.txt` (https://go.dev/ref/mod): lines and blocks of lines, read one by one.
 */
import type { GoModule } from "./build-record.ts";

export interface GoMod {
  /** Path of the module itself; empty in a go.work. */
  readonly module: string;
  /** `1.21.3` of `go 1.21.3`, or null. */
  readonly go: string | null;
  /** `go1.22.1` of `toolchain go1.22.1`, or null. */
  readonly toolchain: string | null;
  readonly requires: readonly GoModule[];
  readonly replaces: readonly Replacement[];
  /** Folders of a workspace, as written: `./app`. */
  readonly uses: readonly string[];
  /** Lines that cannot be used. */
  readonly broken: readonly string[];
}

export interface Replacement {
  readonly path: string;
  /** Null: every version. */
  readonly version: string | null;
  /** Null: a folder stands in its place. */
  readonly by: GoModule | null;
}

/** Of a go.mod or a go.work. Directives that say nothing of versions in use (`retract`, `tool`, `exclude`, …) are passed over. */
export function readGoMod(text: string): GoMod {
  const found = { module: "", go: null as string | null, toolchain: null as string | null };
  const requires: GoModule[] = [];
  const replaces: Replacement[] = [];
  const uses: string[] = [];
  const broken: string[] = [];
  for (const [directive, words, line] of directivesOf(text)) {
    const [first = "", second = ""] = words;
    if (directive === "module") found.module = first;
    else if (directive === "go") found.go = first;
    else if (directive === "toolchain") found.toolchain = first;
    else if (directive === "use") uses.push(first);
    else if (directive === "require") {
      if (words.length === 2) requires.push({ path: first, version: second });
      else broken.push(line);
    } else if (directive === "replace") {
      const replacement = readReplacement(words);
      if (replacement === null) broken.push(line);
      else replaces.push(replacement);
    }
  }
  return { ...found, requires, replaces, uses, broken };
}

/** Each line as its directive, the words after it, and itself; blocks in parentheses are taken apart. */
function* directivesOf(text: string): Generator<readonly [string, readonly string[], string]> {
  let block: string | null = null;
  for (const raw of text.split("\n")) {
    const comment = raw.indexOf("//");
    const line = (comment === -1 ? raw : raw.slice(0, comment)).trim();
    if (line === "" || line.length > lineLengthMax) continue;
    const words = line.split(/\s+/).map(unquoted);
    if (block !== null) {
      if (line === ")") block = null;
      else yield [block, words, line];
    } else if (words.at(-1) === "(") block = words[0] ?? "";
    else yield [words[0] ?? "", words.slice(1), line];
  }
}

const lineLengthMax = 4096;

function unquoted(word: string): string {
  const quote = word[0];
  return (quote === '"' || quote === "`") && word.length > 1 && word.endsWith(quote)
    ? word.slice(1, -1)
    : word;
}

/** `path [version] => path version` or `path [version] => folder`. */
function readReplacement(words: readonly string[]): Replacement | null {
  const arrow = words.indexOf("=>");
  const [path, version = null] = words.slice(0, Math.max(0, arrow));
  const [target, targetVersion] = words.slice(arrow + 1);
  if (path === undefined || target === undefined) return null;
  return { path, version, by: targetVersion === undefined ? null : { path: target, version: targetVersion } };
}

/** The modules whose content a go.sum has hashes of; a line about nothing but a `go.mod` is of one that was only considered. */
export function readGoSum(text: string): { readonly modules: readonly GoModule[]; readonly broken: number } {
  const modules: GoModule[] = [];
  let broken = 0;
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const [path = "", version = "", hash = ""] = line.trim().split(/\s+/);
    if (hash === "") broken += 1;
    else if (!version.endsWith("/go.mod")) modules.push({ path, version });
  }
  return { modules, broken };
}

/**
 * `vendor/modules.txt`: `# path version`, with ` => path version` where it was replaced; null stands for a folder. Modules
 * of which no package is vendored are only named there, for their replacement.
 */
export function readVendored(text: string): readonly (GoModule | null)[] {
  const modules: (GoModule | null)[] = [];
  let open: GoModule | null | undefined;
  for (const line of text.split("\n")) {
    if (line.startsWith("# ")) {
      const words = line.slice(2).trim().split(/\s+/);
      const arrow = words.indexOf("=>");
      const [path, version] = words.slice(arrow + 1);
      open = path === undefined ? undefined : version === undefined ? null : { path, version };
    } else if (line !== "" && !line.startsWith("#") && open !== undefined) {
      modules.push(open);
      open = undefined;
    }
  }
  return modules;
}
