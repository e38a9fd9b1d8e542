/**
 * Errors of the version schemes.
 */
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";

/** A version or the name of a scheme that cannot be used: `VERSION_INVALID` or `VERSION_SCHEME_UNKNOWN`. */
export class VersionError extends PlimsollError {}

/** The error of a scheme that refuses `version`; `why` is a clause for people: `epoch is not a number`. */
export function invalidVersion(scheme: string, version: string, why: string): VersionError {
  const shown = printable(version, 100);
  return new VersionError("VERSION_INVALID", `"${shown}" is no ${scheme} version: ${why}.`, {
    details: { scheme, version: shown },
  });
}
