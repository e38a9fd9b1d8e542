/**
 * The parts of a Python version: `[N!]N(.N)*[{a|b|rc}N][.postN][.devN][+local]` with the spellings PEP 440 tolerates.
 * Versions older than the rule (`2004d`, `0.1dev-r123-x`) are refused, as `packaging` refuses them.
 */
import { invalidVersion } from "../error.ts";
import { versionLengthMax } from "../shared/limits.ts";

/** Numbers are kept as their digits: dates and hashes in versions go past what a double holds. */
export interface Pep440Version {
  readonly epoch: string;
  readonly release: readonly string[];
  readonly pre: { readonly phase: "a" | "b" | "rc"; readonly number: string } | null;
  /** Number of the post release, or null; `1.0.post` is `"0"`. */
  readonly post: string | null;
  readonly dev: string | null;
  /** Segments in lower case; empty when there is no local version. */
  readonly local: readonly string[];
}

/** Takes `1!2.0rc1.post2.dev3+local.4` apart. Blanks around it do not count. @throws VersionError VERSION_INVALID */
export function readPep440Version(text: string): Pep440Version {
  if (text.length > versionLengthMax) throw invalidVersion("pep440", text, "it is too long");
  const version = text.replace(BLANKS_AROUND, "").toLowerCase();
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(version);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };

  take(LETTER_V);
  const epoch = take(EPOCH)?.[1] ?? "0";
  const release: string[] = [];
  for (let found = take(NUMBER); found !== null; found = take(DOTTED)) release.push(found[1] ?? "");
  const pre = take(PRE);
  const post = take(POST);
  const dev = take(DEV);
  const local: string[] = [];
  for (let found = take(LOCAL); found !== null; found = take(LOCAL_MORE)) local.push(found[1] ?? "");
  if (release.length === 0) throw invalidVersion("pep440", text, "it does not start with a number");
  if (at !== version.length) {
    throw invalidVersion("pep440", text, `"${version.slice(at)}" cannot stand where it does`);
  }
  return {
    epoch,
    release,
    pre: pre === null ? null : { phase: phases[pre[1] ?? ""] ?? "rc", number: pre[2] ?? "0" },
    post: post === null ? null : (post[1] ?? post[2] ?? "0"),
    dev: dev === null ? null : (dev[1] ?? "0"),
    local,
  };
}

const BLANKS_AROUND = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;
const LETTER_V = /v/y;
const EPOCH = /([0-9]+)!/y;
const NUMBER = /([0-9]+)/y;
const DOTTED = /\.([0-9]+)/y;
const PRE = /[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?([0-9]+)?/y;
const POST = /-([0-9]+)|[-_.]?(?:post|rev|r)[-_.]?([0-9]+)?/y;
const DEV = /[-_.]?dev[-_.]?([0-9]+)?/y;
const LOCAL = /\+([a-z0-9]+)/y;
const LOCAL_MORE = /[-_.]([a-z0-9]+)/y;

const phases: Readonly<Record<string, "a" | "b" | "rc">> = { a: "a", alpha: "a", b: "b", beta: "b" };
