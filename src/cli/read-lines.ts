/** Lines of a byte stream, with a ceiling on their length. */

const LINE_LENGTH_MAX = 65_536;

/**
 * Yields each line without its end; a last line without an end counts. A line longer than 65,536 characters is null: it is
 * not kept, and the lines after it keep their numbers.
 */
export async function* readLines(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<string | null> {
  const decoder = new TextDecoder();
  let rest = "";
  let isTooLong = false;
  for await (const chunk of stream) {
    rest += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      yield isTooLong ? null : finish(line);
      isTooLong = false;
    }
    if (rest.length <= LINE_LENGTH_MAX) continue;
    isTooLong = true;
    rest = "";
  }
  rest += decoder.decode();
  if (isTooLong) yield null;
  else if (rest !== "") yield finish(rest);
}

function finish(line: string): string | null {
  return line.length > LINE_LENGTH_MAX ? null : line.replace(/\r$/, "");
}
