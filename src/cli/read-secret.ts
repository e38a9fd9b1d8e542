/** A password or token from standard input, as `--password-stdin` of other tools takes it. */
import { PlimsollError } from "../domain/error.ts";

/** All of the input without the line end after it. @throws PlimsollError USAGE when it is empty, or far too long */
export async function readSecret(stdin: AsyncIterable<Uint8Array>, what: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stdin) {
    size += piece.byteLength;
    if (size > SECRET_BYTES_MAX)
      throw new PlimsollError("USAGE", `Standard input is too long for a ${what}.`);
    pieces.push(piece);
  }
  const secret = Buffer.concat(pieces)
    .toString("utf8")
    .replace(/\r?\n$/, "");
  if (secret === "") throw new PlimsollError("USAGE", `Standard input holds no ${what}.`);
  return secret;
}

const SECRET_BYTES_MAX = 16_384;
