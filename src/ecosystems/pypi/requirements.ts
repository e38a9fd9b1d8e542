/**
 * `requirements*.txt` (https://pip.pypa.io/en/stable/reference/requirements-file-format/), one file of them: its requirements and
 * the files that it names.
 */
import type { PackageDigest } from "../../domain/package.ts";
import { colonDigest } from "../shared/digests.ts";
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import { vcsUrl } from "../shared/vcs-url.ts";

export interface RequirementLine {
  /** As written, for people. */
  readonly text: string;
  /** Null: a path or an address that does not tell. */
  readonly name: string | null;
  /** Null: any, or a range. Only `==` says what will be installed. */
  readonly version: string | null;
  readonly digests: readonly PackageDigest[];
  readonly vcsUrl: string | null;
}

export interface RequirementFile {
  readonly requirements: readonly RequirementLine[];
  /** `-r` and `-c`, in the file's order. */
  readonly includes: readonly {
    readonly text: string;
    readonly path: string;
    readonly isConstraint: boolean;
  }[];
}

export function readRequirementFile(text: string): RequirementFile {
  const requirements: RequirementLine[] = [];
  const includes: RequirementFile["includes"][number][] = [];
  for (const line of logicalLines(text)) {
    const [, short, path] = INCLUDE.exec(line) ?? [];
    if (path !== undefined) {
      includes.push({ text: line, path: path.trim(), isConstraint: short?.includes("c") === true });
    } else if (!line.startsWith("-") || EDITABLE.test(line)) requirements.push(readLine(line));
  }
  return { requirements, includes };
}

const INCLUDE = /^(-r|--requirement|-c|--constraint)[ =]{0,20}(\S.*)$/;
const EDITABLE = /^(?:-e|--editable)[ =]/;

/** Lines joined at a final backslash, without comments, trimmed, without empty ones. */
function* logicalLines(text: string): Generator<string> {
  let parts: string[] = [];
  for (const raw of text.split("\n")) {
    const line = raw.trimEnd();
    const isComment = line.trimStart().startsWith("#");
    if (line.endsWith("\\") && !isComment) {
      parts.push(line.slice(0, -1));
      continue;
    }
    parts.push(isComment ? "" : line);
    const whole = withoutComment(parts.join(" ")).trim();
    parts = [];
    if (whole !== "") yield whole;
  }
  const rest = withoutComment(parts.join(" ")).trim();
  if (rest !== "") yield rest;
}

/** A comment starts at a `#` after white space, so that addresses may hold one. */
function withoutComment(line: string): string {
  const at = line.indexOf(" #");
  return at === -1 ? line : line.slice(0, at);
}

/** `Name[extra]==1.2.3 ; marker --hash=…`, also with `===` and further clauses; `name @ git+https://…@commit`. */
function readLine(line: string): RequirementLine {
  const specifier = line.split(";", 1)[0]?.split(" --", 1)[0] ?? "";
  const digests = line
    .split(/\s--hash[= ]/)
    .slice(1, digestsMax)
    .map((rest) => colonDigest(rest.split(" ", 1)[0]))
    .filter((digest) => digest !== null);
  const [name = "", address] = splitOnce(specifier.replace(EDITABLE, ""), "@");
  if (address !== undefined) {
    const [, url = "", commit = ""] = GIT.exec(address.trim()) ?? [];
    const bare = bareName(name);
    return { text: line, name: bare, version: null, digests, vcsUrl: vcsUrl(`${url}#${commit}`) };
  }
  const equals = specifier.indexOf("==");
  const written = bareName(
    equals === -1 ? (specifier.split(/[<>!~=]/, 1)[0] ?? "") : specifier.slice(0, equals),
  );
  return {
    text: line,
    name: written,
    version: equals === -1 ? null : pinOf(specifier, equals),
    digests,
    vcsUrl: null,
  };
}

const digestsMax = 500;
const GIT = /^(git\+[a-z+]{1,20}:\/\/[^@\s]{1,500}(?:@[^@\s/]{1,200}\/[^@\s]{1,500})?)@([\w./-]{1,200})/;

function splitOnce(text: string, mark: string): readonly [string, string?] {
  const at = text.indexOf(mark);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Without extras; null: it is a path or an option. */
function bareName(text: string): string | null {
  const name = (text.split("[", 1)[0] ?? "").trim();
  return NAME.test(name) && isToken(name, nameLengthMax) ? name : null;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

function pinOf(specifier: string, equals: number): string | null {
  const start = specifier[equals + 2] === "=" ? equals + 3 : equals + 2;
  const version = specifier.slice(start).split(",", 1)[0]?.replace(/\)$/, "").trim() ?? "";
  return isToken(version, versionLengthMax) && !version.includes("*") ? version : null;
}
