/** What a channel throws: a delivery that did not arrive. */
import { PlimsollError } from "../../domain/error.ts";

/** `message` may be shown. `status`: of the answer, or null without one. */
export function failed(message: string, status: number | null): PlimsollError {
  return new PlimsollError("DELIVERY_FAILED", message, { details: { status } });
}
