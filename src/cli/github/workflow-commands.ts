/**
 * Commands to the runner: lines of the log that begin with `::`.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
import { randomUUID } from "node:crypto";
import { printable } from "../../domain/problem.ts";

/** A note that GitHub shows beside a line of a file, or at the run. */
export interface Annotation {
  readonly level: "error" | "warning" | "notice";
  readonly title: string;
  readonly message: string;
  /** From the root of the repository; null: of no file. */
  readonly file: string | null;
  /** From 1; null: of no line. */
  readonly line: number | null;
  readonly endLine?: number;
}

/** `::error file=Dockerfile,line=7,title=…::…` and a line end. */
export function annotationText({ level, title, message, file, line, endLine }: Annotation): string {
  const properties = [
    ...(file === null ? [] : [`file=${property(file)}`]),
    ...(file === null || line === null ? [] : [`line=${line}`]),
    ...(file === null || line === null || endLine === undefined ? [] : [`endLine=${endLine}`]),
    `title=${property(printable(title, 200))}`,
  ];
  // Line ends are the only control characters that mean something here.
  const lines = message.split("\n").map((text) => printable(text, 500));
  return `::${level} ${properties.join(",")}::${value(lines.join("\n"))}\n`;
}

/**
 * Text of a log whose lines the runner takes for no command, whatever an image has in it: commands are off between the two lines
 * around it, and only who knows the random word can turn them on again.
 */
export function quiet(word: string = randomUUID()): { readonly begin: string; readonly end: string } {
  return { begin: `::stop-commands::${word}\n`, end: `::${word}::\n` };
}

/** A part of the log that can be folded. */
export function groupBegin(title: string): string {
  return `::group::${value(printable(title, 300))}\n`;
}

export const groupEnd = "::endgroup::\n";

function value(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return value(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
