/**
 * Breaks text into lines at spaces. A word longer than the line stays whole, so that addresses and digests can be copied,
 * unless `breakWords` asks for columns that never run over.
 */
export function wrapText(text: string, width: number, breakWords = false): readonly string[] {
  if (text.length <= width) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
    if (!breakWords) continue;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  if (line !== "" || lines.length === 0) lines.push(line);
  return lines;
}
