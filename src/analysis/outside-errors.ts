/**
 * Errors on their way through the wall: what this side threw while it answered the walled process comes back to the caller as
 * the very same error, and what that process says of its own failures as one of ours.
 */
import { errorCodes, type ErrorCode } from "../domain/error-codes.ts";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import type { ToldError } from "../domain/wall.ts";
import { PeerError } from "../io/peer.ts";

/** Errors that happened on this side, so that a caller of the process's caller sees the very same. */
export class OutsideErrors {
  readonly #errors: unknown[] = [];

  /** Gives its number. */
  keep(error: unknown): number {
    this.#errors.push(error);
    return this.#errors.length - 1;
  }

  /** What `keep` gave this number. */
  find(number: number): unknown {
    return this.#errors[number];
  }

  /** Keeps what `work` throws. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw new Kept(this.keep(error), error);
    }
  }
}

class Kept extends Error {
  readonly number: number;

  constructor(number: number, cause: unknown) {
    super("kept", { cause });
    this.number = number;
  }
}

/** What the walled process is told of an error that it caused. */
export function describeError(error: unknown): ToldError {
  const { cause } = error instanceof Kept ? error : { cause: error };
  const outside = error instanceof Kept ? error.number : null;
  return {
    code: null,
    message: cause instanceof Error ? cause.message : String(cause),
    details: null,
    outside,
  };
}

/** A connection of which nothing but its end matters here. */
interface Ended {
  /** Why the process ended, as far as it is known. */
  reason(): string;
}

/** What the caller is to see of a failed call. */
export function toThrown(error: unknown, outside: OutsideErrors, connection: Ended | null): unknown {
  if (!(error instanceof PeerError)) return error;
  const told = error.value as ToldError | null;
  if (told === null) {
    const reason = connection?.reason() ?? error.message;
    return new PlimsollError(
      "READER_ENDED",
      `The process that reads the image ended before it was done (${reason}).`,
      { cause: error },
    );
  }
  if (told.outside !== null) return outside.find(told.outside);
  const code: ErrorCode =
    told.code !== null && Object.hasOwn(errorCodes, told.code) ? (told.code as ErrorCode) : "READER_ENDED";
  return new PlimsollError(code, printable(told.message, 2000), { details: told.details ?? {} });
}
