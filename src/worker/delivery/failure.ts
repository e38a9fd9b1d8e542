/** What is shown and done of a delivery that failed. */
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";

/** What is thrown by others than channels may hold anything, so only its kind is shown. */
export function reasonOf(error: unknown): string {
  const isKnown = error instanceof PlimsollError;
  return isKnown ? printable(error.message, 500) : "The delivery failed for an unknown reason.";
}

/** 410 Gone: the receiver wants no more. A secret that cannot be read, or a channel that is not there, stays so. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof PlimsollError)) return true;
  return error.code === "DELIVERY_FAILED" && error.details["status"] !== 410;
}
