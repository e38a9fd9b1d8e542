/** Errors of this area. */
import type { ErrorCode } from "../domain/error-codes.ts";
import { PlimsollError, type ErrorOptions } from "../domain/error.ts";

/** One thing that is wrong with the options of a policy. `path`: `config.allowed_base_images.0`. */
export interface PolicyFieldProblem {
  readonly path: string;
  readonly message: string;
}

/** Thrown with POLICY_UNKNOWN or POLICY_CONFIG_INVALID. */
export class PolicyError extends PlimsollError {
  /** Field by field, where the options are at fault; at most 50. */
  readonly fields: readonly PolicyFieldProblem[];

  constructor(
    code: ErrorCode,
    message: string,
    options: ErrorOptions & { readonly fields?: readonly PolicyFieldProblem[] } = {},
  ) {
    super(code, message, options);
    this.fields = options.fields ?? [];
  }
}
