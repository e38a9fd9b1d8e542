/**
 * Which image the runtime stage of a Dockerfile starts from. Only FROM and the ARGs before it are read; nothing is executed.
 * Reference: https://docs.docker.com/reference/dockerfile/#from
 */

interface Stage {
  readonly name: string | null;
  readonly from: string;
}

/**
 * The image reference after FROM of the last stage (or of `target`), through stages that start from other stages, with ARG
 * defaults and `buildArgs` filled in: `alpine:3.18`, `scratch`; null when the file does not tell.
 */
export function runtimeBaseOf(
  dockerfile: string,
  target: string | null,
  buildArgs: Readonly<Record<string, string>>,
): string | null {
  const stages = readStages(dockerfile, buildArgs);
  let stage = target === null ? stages.at(-1) : findStage(stages, target);
  for (let hops = 0; stage !== undefined && hops <= stages.length; hops++) {
    const from: string = stage.from;
    const parent: Stage | undefined = stages
      .slice(0, stages.indexOf(stage))
      .findLast((other) => sameName(other.name, from));
    if (parent === undefined) return from;
    stage = parent;
  }
  return null;
}

function findStage(stages: readonly Stage[], target: string): Stage | undefined {
  const position = Number(target);
  return (
    stages.find((stage) => sameName(stage.name, target)) ??
    (Number.isInteger(position) ? stages[position] : undefined)
  );
}

function sameName(a: string | null, b: string): boolean {
  return a !== null && a.toLowerCase() === b.toLowerCase();
}

function readStages(dockerfile: string, buildArgs: Readonly<Record<string, string>>): Stage[] {
  const stages: Stage[] = [];
  const args = new Map<string, string>();
  for (const line of logicalLines(dockerfile)) {
    const words = line.split(/\s+/);
    const keyword = words[0]?.toUpperCase();
    if (keyword === "ARG" && stages.length === 0) {
      for (const word of words.slice(1)) readArg(word, args, buildArgs);
    }
    if (keyword !== "FROM") continue;
    const rest = words.slice(1).filter((word) => !word.startsWith("--"));
    const from = fillIn(rest[0] ?? "", args);
    if (from === "") continue;
    stages.push({ from, name: rest[1]?.toUpperCase() === "AS" ? (rest[2] ?? null) : null });
  }
  return stages;
}

function readArg(word: string, args: Map<string, string>, buildArgs: Readonly<Record<string, string>>): void {
  const equals = word.indexOf("=");
  const name = equals === -1 ? word : word.slice(0, equals);
  const given = Object.hasOwn(buildArgs, name) ? buildArgs[name] : undefined;
  const fallback = equals === -1 ? "" : unquote(word.slice(equals + 1));
  args.set(name, given ?? fillIn(fallback, args));
}

/** `$NAME`, `${NAME}`, `${NAME:-default}` */
function fillIn(text: string, args: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:\{(\w{1,100})(?::-([^}]{0,500}))?\}|(\w{1,100}))/g,
    (_all, braced, fallback, bare) => {
      const value = args.get(String(braced ?? bare)) ?? "";
      return value === "" ? String(fallback ?? "") : value;
    },
  );
}

function unquote(text: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(text);
  return quoted?.[2] ?? text;
}

/** Lines without comments and without the bodies of here-documents, continuation lines joined. */
function logicalLines(text: string): string[] {
  const rows = text.split(/\r?\n/);
  const escape = escapeOf(rows);
  const hereDocuments = hereDocumentsOf(rows);
  const lines: string[] = [];
  let open = "";
  for (let at = 0; at < rows.length; at += 1) {
    const line = (rows[at] ?? "").trim();
    // Neither a comment nor an empty line ends an instruction that goes on.
    if (line.startsWith("#") || line === "") continue;
    if (line.endsWith(escape)) {
      open += `${line.slice(0, -1)} `;
      continue;
    }
    const whole = (open + line).trim();
    open = "";
    lines.push(whole);
    at = hereDocuments(whole, at);
  }
  if (open.trim() !== "") lines.push(open.trim());
  return lines;
}

/** The parser directive `# escape=\``, which only the first comment lines can hold. */
function escapeOf(rows: readonly string[]): string {
  for (const row of rows) {
    const directive = /^#\s*(\w{1,40})\s*=\s*(\S{1,200})\s*$/.exec(row.trim());
    if (directive === null) return "\\";
    if (directive[1]?.toLowerCase() === "escape") return directive[2] === "`" ? "`" : "\\";
  }
  return "\\";
}

/**
 * Answers with the position of the last line of the here-documents (`RUN <<EOF`) that an instruction ending at `at` opens,
 * or `at` when there are none. One that is never closed is none. Linear over the whole file: an end is looked for only
 * where there is one.
 */
function hereDocumentsOf(rows: readonly string[]): (instruction: string, at: number) => number {
  const unindented = rows.map((row) => row.replace(/^\t+/, ""));
  const ends = { "": lastPositions(rows), "-": lastPositions(unindented) };
  return (instruction, at) => {
    const [keyword = "", ...words] = instruction.split(/\s+/);
    if (!/^(?:RUN|COPY|ADD)$/i.test(keyword)) return at;
    let last = at;
    for (const word of words) {
      const mark = /^\d{0,3}<<(-?)([^<]{1,200})$/.exec(word);
      const name = unquote(mark?.[2] ?? "");
      const dash = mark?.[1] === "-" ? "-" : "";
      if (name === "" || (ends[dash].get(name) ?? -1) <= last) continue;
      const among = dash === "" ? rows : unindented;
      do last += 1;
      while (among[last] !== name);
    }
    return last;
  };
}

function lastPositions(rows: readonly string[]): ReadonlyMap<string, number> {
  return new Map(rows.map((row, position) => [row, position]));
}
