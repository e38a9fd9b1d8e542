/**
 * Contract of a VEX format: one kind of document that holds statements.
 */
import type { VexStatement } from "../domain/vex.ts";
import type { Problem } from "../domain/problem.ts";

export interface VexReading {
  readonly statements: readonly VexStatement[];
  /** Statements that are not valid; each is a problem, the others count. */
  readonly problems: readonly Problem[];
}

export interface VexFormat {
  /** `openvex` */
  readonly id: string;
  readonly title: string;
  readonly specs: readonly string[];
  readonly version: number;
  /** Whether the parsed JSON looks like this format. */
  recognises(document: unknown): boolean;
  /** @throws PlimsollError VEX_INVALID when the document as a whole cannot be used */
  read(document: unknown, location: string): VexReading;
}
