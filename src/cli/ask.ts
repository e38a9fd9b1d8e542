/** Questions on a terminal. The answer to a hidden one is not echoed. */
import { createInterface } from "node:readline/promises";
import { PlimsollError } from "../domain/error.ts";

export interface Question {
  /** With the space after it: `Password: `. */
  readonly text: string;
  readonly hidden: boolean;
}

/** Asks on the process's terminal; the question goes to standard error. @throws PlimsollError USAGE when it is interrupted */
export async function askOnTerminal({ text, hidden }: Question): Promise<string> {
  if (hidden) return askHidden(text);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(text)).trim();
  } catch (error) {
    throw interrupted(error);
  } finally {
    lines.close();
  }
}

function askHidden(text: string): Promise<string> {
  const { stdin, stderr } = process;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let answer = "";
  const close = (): void => {
    stdin.off("data", onKeys);
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write("\n");
  };
  const onKeys = (keys: Buffer): void => {
    for (const key of keys.toString("utf8")) {
      if (key === "\r" || key === "\n" || key === END_OF_INPUT) {
        close();
        return resolve(answer);
      }
      if (key === INTERRUPT) {
        close();
        return reject(interrupted(null));
      }
      if (key === "\u007f" || key === "\b") answer = [...answer].slice(0, -1).join("");
      else if (answer.length < ANSWER_LENGTH_MAX) answer += key;
    }
  };
  stderr.write(text);
  stdin.setRawMode(true);
  stdin.on("data", onKeys);
  stdin.resume();
  return promise;
}

function interrupted(cause: unknown): PlimsollError {
  return new PlimsollError("USAGE", "The question was not answered.", { cause });
}

const INTERRUPT = "\u0003";
const END_OF_INPUT = "\u0004";
const ANSWER_LENGTH_MAX = 1000;
