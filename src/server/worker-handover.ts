/** What a server tells the worker that it starts: one line of JSON on the worker's standard input. It holds secrets. */
import { PlimsollError } from "../domain/error.ts";
import type { StoreConnection } from "../store/connection.ts";

export interface Handover {
  readonly connection: StoreConnection;
  readonly secretKey: string;
  /** The demonstration image to record, or null. */
  readonly demonstration: DemonstrationTask | null;
}

export interface DemonstrationTask {
  /** Id of the organisation. */
  readonly org: string;
  /** Id of the repository. */
  readonly repository: string;
  /** Absolute folder of the OCI layout. */
  readonly layout: string;
}

/** One line without its end. */
export function formatHandover(handover: Handover): string {
  return JSON.stringify(handover);
}

/** @throws PlimsollError USAGE for anything that a server did not write */
export function parseHandover(line: string): Handover {
  try {
    const value = JSON.parse(line) as Partial<Handover>;
    const kind = value.connection?.kind;
    if ((kind === "private" || kind === "url") && typeof value.secretKey === "string") {
      return {
        connection: value.connection as StoreConnection,
        secretKey: value.secretKey,
        demonstration: value.demonstration ?? null,
      };
    }
  } catch {
    // Told below; what was written is not repeated, since it may hold secrets.
  }
  throw new PlimsollError("USAGE", "--from-server is for workers that a server starts.");
}
