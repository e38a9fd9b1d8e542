/**
 * The base of every thrown error. A code is stable and listed in `error-codes.ts`; the message is for people and may change.
 */
import { errorCodes, type ErrorCode } from "./error-codes.ts";

export interface ErrorOptions {
  readonly cause?: unknown;
  /** Facts a program may want: names, sizes, addresses. Never a credential. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Thrown for a broken promise: the operation cannot say anything. Areas extend it with their own class name. */
export class PlimsollError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
  }

  /** What to do about it, from the table of codes. */
  get advice(): string {
    return errorCodes[this.code].advice;
  }

  /** The exit code of a command that ends with this error: 1, an operational error. */
  get exitCode(): number {
    return errorCodes[this.code].exitCode;
  }
}
