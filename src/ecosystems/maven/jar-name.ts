/**
 * Names of archives as Maven repositories have them: `artifact-version(-classifier).jar`.
 */

export interface JarName {
  /** The whole name without extension when it has no version. */
  readonly artifact: string;
  readonly version: string | null;
  /** What stands behind the version: `linux-x86_64`, `sources`; empty: nothing. */
  readonly rest: string;
}

/** Extensions of archives that hold Java code, lower case, each with its dot. */
export const archiveExtensions: readonly string[] = [
  ".jar",
  ".war",
  ".ear",
  ".sar",
  ".par",
  ".nar",
  ".kar",
  ".rar",
  ".jpi",
  ".hpi",
  ".lpkg",
];

/** Whether the last path segment has an extension of a Java archive, in upper or lower case. */
export function isArchiveName(path: string): boolean {
  const dot = path.length - (path.endsWith("g") || path.endsWith("G") ? 5 : 4);
  return path[dot] === "." && archiveExtensions.includes(path.slice(dot).toLowerCase());
}

/**
 * Takes a file name apart. A version starts with a digit and goes on with parts that start with a digit or are known words:
 * `log4j-1.2-api-2.14.1` is `log4j-1.2-api` and `2.14.1`, `guava-32.1.2-jre` is `guava` and `32.1.2-jre`. What follows a
 * version and is no part of it is a classifier.
 */
export function readJarName(fileName: string): JarName {
  const dot = fileName.lastIndexOf(".");
  const base = (dot <= 0 ? fileName : fileName.slice(0, dot)).slice(0, 500);
  const parts = base.split("-");
  let last: JarName | null = null;
  for (let index = 1; index < parts.length; index += 1) {
    if (!startsWithDigit(parts[index] ?? "")) continue;
    let end = index + 1;
    while (end < parts.length && continuesVersion(parts[end] ?? "")) end += 1;
    const name = {
      artifact: parts.slice(0, index).join("-"),
      version: parts.slice(index, end).join("-"),
      rest: parts.slice(end).join("-"),
    };
    if (end === parts.length) return name;
    last = name;
    index = end - 1;
  }
  return last ?? { artifact: base, version: null, rest: "" };
}

function startsWithDigit(text: string): boolean {
  return text >= "0" && text < ":";
}

function continuesVersion(part: string): boolean {
  return startsWithDigit(part) || VERSION_WORD.test(part);
}

const VERSION_WORD =
  /^(?:snapshot|alpha|beta|a|b|m|rc|cr|sp|ga|final|release|milestone|pre|preview|ea|dev|incubating|jre|android|redhat|jbossorg|hadoop\d|pfd|jdk\d+|java\d+|r|rev|build|patch|hotfix|nightly|v\d+)?[\d.]*(?:\+.*)?$/i;
