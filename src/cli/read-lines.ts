/** Lines of a byte stream, with a ceiling on their length. */
import { PlimsollError } from "../domain/error.ts";

const LINE_LENGTH_MAX = 65_536;

/** Yields each line without its end; a last line without an end counts. @throws PlimsollError LIMIT_EXCEEDED */
export async function* readLines(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    rest += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield line.replace(/\r$/, "");
    if (rest.length > LINE_LENGTH_MAX) {
      throw new PlimsollError(
        "LIMIT_EXCEEDED",
        `A line of standard input is longer than ${LINE_LENGTH_MAX} characters.`,
      );
    }
  }
  rest += decoder.decode();
  if (rest !== "") yield rest.replace(/\r$/, "");
}
