/** Reads the ids of a job's payload. They were written by this program, so anything else is a broken promise. */
import { PlimsollError } from "../domain/error.ts";
import type { TakenJob } from "../store/queue-loop.ts";

type Payload = Pick<TakenJob, "payload" | "kind">;

/** @throws PlimsollError INTERNAL */
export function textOf(job: Payload, name: string): string {
  const value = job.payload[name];
  if (typeof value === "string") return value;
  throw malformed(job, name);
}

/** Null when it is left out. @throws PlimsollError INTERNAL */
export function textOrNull(job: Payload, name: string): string | null {
  return job.payload[name] === undefined ? null : textOf(job, name);
}

/** Null when it is left out. @throws PlimsollError INTERNAL */
export function numberOrNull(job: Payload, name: string): number | null {
  const value = job.payload[name];
  if (value === undefined) return null;
  if (typeof value === "number") return value;
  throw malformed(job, name);
}

function malformed({ kind }: Payload, name: string): PlimsollError {
  return new PlimsollError("INTERNAL", `A job of the kind ${kind} came without ${name}.`);
}
