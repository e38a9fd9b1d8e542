/**
 * Errors of registries, layouts and archives.
 */
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";

export class OciError extends PlimsollError {}

/** What the system says of a file that cannot be read, as SOURCE_INVALID; other errors pass through. */
export function asSourceError(error: unknown, path: string): unknown {
  const isSystem = error instanceof Error && "syscall" in error && "code" in error;
  if (!isSystem) return error;
  const code = String(error.code);
  return new OciError("SOURCE_INVALID", `${printable(path)} cannot be read (${code}).`, {
    cause: error,
    details: { path, reason: code },
  });
}
