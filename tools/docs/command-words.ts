/** Whether a command line in a document can be typed: its verb, its options and the values that these take exist. */
import type { Command } from "commander";

/** What is wrong with `plimsoll verb --option value`; null: nothing. Arguments that are no options are not looked at. */
export function commandFault(program: Command, line: string): string | null {
  const [first, ...words] = line.split(/\s+/).filter((word) => word !== "");
  if (first !== "plimsoll") return `${line}: a command begins with plimsoll`;
  let command = program;
  let at = 0;
  for (; at < words.length; at++) {
    const child = childOf(command, words[at] ?? "");
    if (child === null) break;
    command = child;
  }
  if (command === program) return `${line}: no such verb`;
  for (; at < words.length; at++) {
    const [flag = "", given] = splitOnce(words[at] ?? "");
    if (!flag.startsWith("-") || flag === "-") continue;
    const option = command.options.find(({ long, short }) => long === flag || short === flag);
    if (option === undefined) return `${line}: ${command.name()} has no ${flag}`;
    const value = given ?? words[at + 1];
    const isWord = value !== undefined && /^[a-z0-9@-]+$/.test(value);
    if (option.argChoices !== undefined && isWord && !option.argChoices.includes(value))
      return `${line}: ${flag} does not take ${value}`;
  }
  return null;
}

function childOf(command: Command, word: string): Command | null {
  const found = command.commands.find((child) => child.name() === word || child.aliases().includes(word));
  return (found as Command | undefined) ?? null;
}

function splitOnce(word: string): [flag: string, value: string | undefined] {
  const equals = word.startsWith("--") ? word.indexOf("=") : -1;
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}
