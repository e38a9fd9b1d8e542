/** Errors of keys. They never quote the key: whoever reads a log has no business with it. */
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";

/** KEY_INVALID: the key called `name` `reason`. */
export function keyInvalid(name: string, reason: string): PlimsollError {
  return new PlimsollError("KEY_INVALID", `The key ${printable(name)} ${reason}.`, { details: { name } });
}

/** KEY_PASSWORD_WRONG */
export function wrongPassword(name: string): PlimsollError {
  return new PlimsollError("KEY_PASSWORD_WRONG", `The password does not open the key ${printable(name)}.`, {
    details: { name },
  });
}
