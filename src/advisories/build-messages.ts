/** What the main thread of a build and its others say to each other. All of it passes by structured clone. */
import type { ErrorCode } from "../domain/error-codes.ts";
import type { PlimsollError } from "../domain/error.ts";
import type { RecordCounts } from "./collect.ts";
import type { Collected } from "./collected-part.ts";
import type { PackedSegment } from "./segment-writer.ts";

export type BuildRequest =
  | {
      /** Documents to be read, one after the other in `bytes`, or one file on disk. */
      readonly kind: "read";
      /** Place among all batches. */
      readonly order: number;
      /** Null: told by what each document looks like. */
      readonly feed: string | null;
      readonly documents: readonly { readonly name: string; readonly sizeBytes: number }[];
      readonly bytes: ArrayBuffer;
      /** Path of the one document, which is read in pieces. */
      readonly file: string | null;
    }
  /** Nothing more will be read. */
  | { readonly kind: "hand-over" }
  | { readonly kind: "pack"; readonly id: number; readonly content: ArrayBuffer };

export type BuildReply =
  | {
      readonly kind: "read";
      readonly order: number;
      readonly counts: RecordCounts;
      /** Ids of the feeds whose documents it held. */
      readonly feeds: readonly string[];
    }
  | { readonly kind: "hand-over"; readonly collected: Collected }
  | { readonly kind: "packed"; readonly id: number; readonly segment: PackedSegment }
  | { readonly kind: "failed"; readonly order: number; readonly failure: BuildFailure };

/** An error on its way between threads. `code` null: it is none of ours. */
export interface BuildFailure {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly details: PlimsollError["details"];
}
