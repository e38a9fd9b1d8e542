/**
 * Reads Dockerfiles: instructions with their lines, continued lines, here-documents, the escape directive and stages.
 * https://docs.docker.com/reference/dockerfile/
 */

export interface Instruction {
  /** In capitals: `RUN`. Of an ONBUILD, what it does later. */
  readonly keyword: string;
  /** What follows, continued lines joined by a blank, comments within left out. */
  readonly text: string;
  /** Its here-documents, one after the other; empty when there are none. */
  readonly documents: string;
  /** 1-based line where it starts. */
  readonly line: number;
  readonly isOnBuild: boolean;
}

export interface Stage {
  /** As written, variables replaced where their value is known: `debian:12`. */
  readonly base: string;
  /** `AS` name in lower case, or null. */
  readonly name: string | null;
  readonly line: number;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  readonly stages: readonly Stage[];
  /** Instructions before the first FROM. */
  readonly preamble: readonly Instruction[];
  /** What could not be understood, each with its line. */
  readonly errors: readonly { readonly line: number; readonly message: string }[];
}

const LINES_MAX = 50_000;
const KEYWORDS: ReadonlySet<string> = new Set(
  "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split(
    " ",
  ),
);

/** Never throws: what is not understood is an error with its line, and the rest is read. */
export function parseDockerfile(text: string): Dockerfile {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/, LINES_MAX);
  const errors: { line: number; message: string }[] = [];
  const instructions = readInstructions(lines, errors);
  const stages: { base: string; name: string | null; line: number; instructions: Instruction[] }[] = [];
  const preamble: Instruction[] = [];
  for (const instruction of instructions) {
    const { keyword, line, isOnBuild } = instruction;
    const stage = stages.at(-1);
    if (keyword === "FROM" && !isOnBuild) {
      const from = readFrom(instruction, preamble);
      if (from === null) errors.push({ line, message: "FROM takes an image, and AS and a name after it" });
      else stages.push({ ...from, line, instructions: [] });
    } else if (stage !== undefined) stage.instructions.push(instruction);
    else {
      preamble.push(instruction);
      if (keyword !== "ARG") errors.push({ line, message: `${keyword} stands before the first FROM` });
    }
  }
  if (stages.length === 0) errors.push({ line: 1, message: "There is no FROM instruction" });
  return { stages, preamble, errors: errors.sort((a, b) => a.line - b.line) };
}

function readInstructions(
  lines: readonly string[],
  errors: { line: number; message: string }[],
): readonly Instruction[] {
  const escape = readEscape(lines);
  const instructions: Instruction[] = [];
  for (let at = 0; at < lines.length;) {
    const start = at;
    const parts: string[] = [];
    let continues = true;
    while (continues && at < lines.length) {
      const line = (lines[at] ?? "").trimEnd();
      at += 1;
      const isComment = /^\s*#/.test(line);
      // Within an instruction comments and empty lines are passed over.
      if (isComment || line.trim() === "") {
        if (parts.length === 0) break;
        continue;
      }
      continues = line.endsWith(escape);
      parts.push(continues ? line.slice(0, -1) : line);
    }
    if (parts.length === 0) continue;
    const { documents, next, missing } = readDocuments(parts.join(" "), lines, at);
    at = next;
    if (missing !== null)
      errors.push({ line: start + 1, message: `The here-document ${missing} has no end` });
    const instruction = toInstruction(parts.join(" ").trim(), documents, start + 1);
    if (KEYWORDS.has(instruction.keyword)) instructions.push(instruction);
    else errors.push({ line: start + 1, message: `${instruction.keyword.slice(0, 40)} is no instruction` });
  }
  return instructions;
}

/** The directive stands in the comments at the very top. */
function readEscape(lines: readonly string[]): string {
  for (const line of lines.slice(0, 20)) {
    const directive = /^\s*#\s*(\w+)\s*=\s*(\S+)\s*$/.exec(line);
    if (directive === null) break;
    if (directive[1]?.toLowerCase() === "escape") return directive[2] === "`" ? "`" : "\\";
  }
  return "\\";
}

function readDocuments(
  text: string,
  lines: readonly string[],
  from: number,
): { readonly documents: string; readonly next: number; readonly missing: string | null } {
  let next = from;
  const documents: string[] = [];
  if (!/^\s*(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\s/i.test(text)) return { documents: "", next, missing: null };
  for (const [, dash = "", , name = ""] of text.matchAll(/<<(-?)(["']?)([A-Za-z_]\w{0,80})\2/g)) {
    const start = next;
    const isEnd = (line: string): boolean => (dash === "-" ? line.replace(/^\t+/, "") : line) === name;
    while (next < lines.length && !isEnd(lines[next] ?? "")) next += 1;
    // A shift of bits or a shell's own `<<` in one line ends nowhere: then the rest of the file is not swallowed.
    if (next >= lines.length) return { documents: documents.join("\n"), next: start, missing: name };
    documents.push(...lines.slice(start, next));
    next += 1;
  }
  return { documents: documents.join("\n"), next, missing: null };
}

function toInstruction(text: string, documents: string, line: number): Instruction {
  const [keyword = ""] = text.split(/\s/, 1);
  const rest = text.slice(keyword.length).trim();
  if (keyword.toUpperCase() !== "ONBUILD") {
    return { keyword: keyword.toUpperCase(), text: rest, documents, line, isOnBuild: false };
  }
  const [later = ""] = rest.split(/\s/, 1);
  return {
    keyword: later.toUpperCase(),
    text: rest.slice(later.length).trim(),
    documents,
    line,
    isOnBuild: true,
  };
}

function readFrom(
  { text }: Instruction,
  preamble: readonly Instruction[],
): { readonly base: string; readonly name: string | null } | null {
  const words = text.split(/\s+/).filter((word) => !word.startsWith("--"));
  const [base, as, name] = words;
  if (
    base === undefined ||
    base === "" ||
    (as !== undefined && (as.toLowerCase() !== "as" || name === undefined))
  )
    return null;
  return { base: expand(base, argumentsOf(preamble)), name: name?.toLowerCase() ?? null };
}

/** Names and defaults of ARG instructions. */
function argumentsOf(instructions: readonly Instruction[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { keyword, text } of instructions) {
    if (keyword !== "ARG") continue;
    for (const [, name = "", , value = ""] of text.matchAll(/(\w{1,100})=(["']?)([^"'\s]{0,400})\2/g))
      values.set(name, value);
  }
  return values;
}

/** `$X`, `${X}`, `${X:-default}`; what is not known stays as it is written. */
export function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:(\w{1,100})|\{(\w{1,100})(?::?-([^}]{0,400}))?\})/g,
    (written, plain?: string, braced?: string, fallback?: string) =>
      values.get(plain ?? braced ?? "") ?? fallback ?? written,
  );
}
