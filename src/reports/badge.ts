/**
 * A badge as SVG: a label and a grade, drawn with the widths of Verdana at 11 pixels so that no browser has to lay it out.
 * It names no image of its own and loads nothing.
 */
import type { Analysis } from "../domain/analysis.ts";

export interface Badge {
  /** Left, e.g. `plimsoll`. */
  readonly label: string;
  /** Right, e.g. `A`. */
  readonly value: string;
  readonly color: string;
}

/** `A 95 %`, or why there is none. Data of a demonstration and what could not be judged are never green. */
export function badgeOf(
  { verdict, demonstration }: Pick<Analysis, "verdict" | "demonstration">,
  label: string,
): Badge {
  const score = verdict?.score ?? null;
  if (demonstration) return { label, value: "demonstration", color: GREY };
  if (score === null || score.grade === null) return { label, value: "no grade", color: GREY };
  return { label, value: `${score.grade} ${score.percent ?? 0} %`, color: GRADES[score.grade] };
}

/** The SVG, with a final newline. Same badge, same bytes. */
export function writeBadge({ label, value, color }: Badge): string {
  const [left, right] = [widthOf(label), widthOf(value)];
  const width = left + right;
  const [first, second] = [escape(label), escape(value)];
  const text = (at: number, words: string): string =>
    `<text x="${at}" y="14" fill="#fff" text-anchor="middle">${words}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="${first}: ${second}"><title>${first}: ${second}</title><clipPath id="r"><rect width="${width}" height="20" rx="3"/></clipPath><g clip-path="url(#r)"><rect width="${left}" height="20" fill="#444"/><rect x="${left}" width="${right}" height="20" fill="${color}"/></g><g font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">${text(left / 2, first)}${text(left + right / 2, second)}</g></svg>\n`;
}

const GREY = "#767676";

/** Each at least 4.5 to 1 against white. */
const GRADES = {
  A: "#1a7f37",
  B: "#1a7f37",
  C: "#7d6608",
  D: "#a84300",
  E: "#b42318",
  F: "#b42318",
} as const;

const LABEL_CHARACTERS_MAX = 60;

function widthOf(text: string): number {
  const shown = [...text].slice(0, LABEL_CHARACTERS_MAX);
  const glyphs = shown.reduce((sum, character) => sum + (/[ijl.,:;'|!I ]/.test(character) ? 4 : 7), 0);
  return glyphs + 10;
}

function escape(text: string): string {
  const shown = [...text].slice(0, LABEL_CHARACTERS_MAX).join("");
  return shown.replace(
    /[&<>"'\u0000-\u001f\u007f-\u009f]/g,
    (character) => `&#${character.charCodeAt(0) < 32 ? 65533 : character.charCodeAt(0)};`,
  );
}
