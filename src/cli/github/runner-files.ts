/**
 * Files that a step leaves to the runner: outputs and the job summary.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files
 */
import { randomUUID } from "node:crypto";
import { appendFile } from "node:fs/promises";

/** GitHub refuses summaries of more than 1 MiB a step. */
export const SUMMARY_BYTES_MAX = 1024 * 1024 - 4096;

/** Far below the megabyte that all outputs of a job may have. */
export const OUTPUT_BYTES_MAX = 128 * 1024;

/** Adds outputs to the file of `GITHUB_OUTPUT`. Names are our own; a value may be any text. */
export async function writeOutputValues(
  file: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const text = Object.entries(values).map(([name, value]) => {
    // Nobody can end the value before its time without knowing the word.
    const word = `plimsoll_${randomUUID()}`;
    return `${name}<<${word}\n${value.replace(/\n+$/, "")}\n${word}\n`;
  });
  await appendFile(file, text.join(""));
}

/** Adds Markdown to the file of `GITHUB_STEP_SUMMARY`. */
export async function writeSummary(file: string, markdown: string): Promise<void> {
  await appendFile(file, cutMarkdown(markdown, SUMMARY_BYTES_MAX));
}

/** At most so many bytes, cut at the end of a line, with what is open closed and a line that says so. */
export function cutMarkdown(markdown: string, bytesMax: number): string {
  if (Buffer.byteLength(markdown) <= bytesMax) return markdown;
  const kept = Buffer.from(markdown)
    .subarray(0, Math.max(0, bytesMax - CUT_ROOM))
    .toString("utf8");
  const whole = kept.slice(0, kept.lastIndexOf("\n") + 1);
  const open = count(whole, "<details>") - count(whole, "</details>");
  return `${whole}${"\n</details>\n".repeat(Math.max(0, open))}\n> [!WARNING]\n> This is not all: the report is longer than GitHub shows. The whole of it is in the log.\n`;
}

/** For what closes the text; folded parts are nested a few levels deep. */
const CUT_ROOM = 1024;

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
