/** Errors of this area. */
import { PlimsollError } from "../domain/error.ts";

/** Thrown with VEX_INVALID, LIMIT_EXCEEDED or USAGE. */
export class VexError extends PlimsollError {}
