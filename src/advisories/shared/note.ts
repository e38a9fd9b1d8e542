/** What a publisher says of the state of a fix, short enough for a row. */

const noteLengthMax = 300;

/** White space collapsed, cut at 300 characters with `…`; null when nothing is left. */
export function noteText(text: string | null): string | null {
  const line = (text ?? "")
    .slice(0, 4 * noteLengthMax)
    .replace(/\s+/g, " ")
    .trim();
  if (line === "") return null;
  return line.length <= noteLengthMax ? line : `${line.slice(0, noteLengthMax - 1).trimEnd()}…`;
}
