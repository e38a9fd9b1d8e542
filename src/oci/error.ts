/**
 * Errors of registries, layouts and archives.
 */
import { PlimsollError } from "../domain/error.ts";

export class OciError extends PlimsollError {}
