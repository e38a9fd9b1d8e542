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
  /** The root of the JSON document that says the same as the XML document; null: it is none of this format. Absent: it has no XML. */
  fromXml?(text: string): unknown;
  /** The document as JSON with a final newline. Same input, same bytes. */
  write(writing: VexWriting): string;
}

/** What is written as one document. */
export interface VexWriting {
  /** In any order; at least one. */
  readonly statements: readonly VexStatement[];
  /** Who publishes it, e.g. `Example Ltd <security@example.com>`. */
  readonly author: string;
  /** Time of the document. */
  readonly timestamp: Date;
  /** Null: one is made of the content, so another content has another id. */
  readonly id: string | null;
}
