/**
 * What may stand at the cursor of a command line. Asked by the scripts of `plimsoll completion`, and by Docker's own completion, in
 * cobra's form: a candidate a line with its description behind a tab, then `:` and what the shell is to do besides.
 */
import type { Command, Option } from "commander";

export interface Completion {
  readonly candidates: readonly { readonly value: string; readonly description: string }[];
  /** Names of files are candidates too. */
  readonly files: boolean;
}

/** Prefixes of references, for commands that take an image. */
const PREFIXES: readonly (readonly [prefix: string, description: string])[] = [
  ["registry://", "the registry only"],
  ["local://", "a Docker or Podman engine only"],
  ["containerd://", "containerd's store only"],
  ["oci-dir://", "a folder in the OCI image layout"],
  ["archive://", "a tar made by docker save"],
  ["fs://", "a folder"],
  ["sbom://", "an SBOM document"],
];

/** `words` are those behind the program's name; the last is the one at the cursor, perhaps empty. */
export function complete(program: Command, words: readonly string[]): Completion {
  const current = words.at(-1) ?? "";
  const { command, before, isOver } = walk(program, words.slice(0, -1));
  if (before !== null) return valuesOf(before, current, "");
  const [, name, value] = /^(--[a-z][a-z0-9-]*)=(.*)$/.exec(current) ?? [];
  if (name !== undefined && value !== undefined) {
    const option = findOption(command, program, name);
    return option === null ? { candidates: [], files: false } : valuesOf(option, value, `${name}=`);
  }
  if (current.startsWith("-") && !isOver)
    return { candidates: optionsOf(command, program, current), files: false };
  const children = command.commands.filter((child) => child.name().startsWith(current));
  if (command.commands.length > 0) {
    return {
      candidates: children.map((child) => ({ value: child.name(), description: child.description() })),
      files: false,
    };
  }
  const takesImage = command.registeredArguments.some((argument) => /image|reference/i.test(argument.name()));
  const prefixes = PREFIXES.filter(([prefix]) => takesImage && prefix.startsWith(current));
  return { candidates: prefixes.map(([value, description]) => ({ value, description })), files: true };
}

interface Walk {
  readonly command: Command;
  /** The option whose value stands at the cursor. */
  readonly before: Option | null;
  /** `--` was read. */
  readonly isOver: boolean;
}

function walk(program: Command, words: readonly string[]): Walk {
  let command = program;
  let before: Option | null = null;
  for (const word of words) {
    if (before !== null) before = null;
    else if (word === "--") return { command, before: null, isOver: true };
    else if (word.startsWith("-"))
      before = word.includes("=") ? null : takingValue(findOption(command, program, word));
    else command = childOf(command, word) ?? command;
  }
  return { command, before, isOver: false };
}

function childOf(command: Command, word: string): Command | null {
  const found = command.commands.find((child) => child.name() === word || child.aliases().includes(word));
  return found === undefined ? null : (found as Command);
}

function takingValue(option: Option | null): Option | null {
  return option !== null && (option.required || option.optional) ? option : null;
}

function findOption(command: Command, program: Command, word: string): Option | null {
  const all = [...command.options, ...program.options];
  return all.find((option) => option.long === word || option.short === word) ?? null;
}

function optionsOf(command: Command, program: Command, current: string): Completion["candidates"] {
  const all = command === program ? program.options : [...command.options, ...program.options];
  return [...all.filter(({ hidden }) => !hidden), { long: "--help", description: "show help" }].flatMap(
    ({ long, description }) =>
      typeof long === "string" && long.startsWith(current)
        ? [{ value: long, description: firstLine(description) }]
        : [],
  );
}

/** Lists are comma separated: what stands before the last comma stays. `lead` stands before the value in the same word. */
function valuesOf(option: Option, current: string, lead: string): Completion {
  if (option.argChoices === undefined) return { candidates: [], files: true };
  const comma = current.lastIndexOf(",") + 1;
  const typed = current.slice(comma);
  const head = lead + current.slice(0, comma);
  const candidates = option.argChoices
    .filter((choice) => choice.startsWith(typed))
    .map((choice) => ({ value: head + choice, description: "" }));
  return { candidates, files: false };
}

function firstLine(text: string): string {
  return text.split(/[\n;]/, 1)[0] ?? "";
}

/** Cobra's directives: 4 without names of files, 0 with them. */
export function completionText({ candidates, files }: Completion): string {
  const lines = candidates.map(({ value, description }) =>
    description === "" ? value : `${value}\t${description}`,
  );
  return `${[...lines, files ? ":0" : ":4"].join("\n")}\n`;
}
