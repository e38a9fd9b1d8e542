/** Errors of this area. */
import { PlimsollError } from "../domain/error.ts";

/** Thrown with POLICY_UNKNOWN or POLICY_CONFIG_INVALID. */
export class PolicyError extends PlimsollError {}
