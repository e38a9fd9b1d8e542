/**
 * JSON documents as text that is safe to print: the same value, with every character that could steer a terminal or a CI
 * runner written as an escape.
 */

/**
 * JSON with two-space indentation and a final newline; parses back to exactly `value`. Control and bidi characters become
 * `\uXXXX`, and so does the second sign of `##[` and `##vso[`, which CI runners read as commands anywhere in a line.
 */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(STEERING, escapeUnits)}\n`;
}

function escapeUnits(found: string): string {
  if (found === "##") return "#\\u0023";
  return `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

// What JSON.stringify leaves as it is: DEL, C1, bidi controls, zero-width characters, line separators; and `##` of commands.
const STEERING = /##(?=\[|vso\[)|[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
