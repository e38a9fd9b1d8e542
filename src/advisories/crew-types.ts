/** Contract of those who do the work of a build: this thread alone, or several. */
import type { RecordCounts } from "./collect.ts";
import type { CollectedPart } from "./collected-part.ts";
import type { Pack } from "./segment-writer.ts";
import type { FeedDocument } from "./shared/document.ts";

/** What is told of the documents of one input, once they are read. */
export interface InputTally {
  readonly counts: RecordCounts;
  /** Ids of feeds. */
  readonly feeds: Set<string>;
}

export interface BuildCrew {
  /** `feed`: id, or null for what the document looks like. What is found goes to `tally`, in the order of the documents. */
  take(document: FeedDocument, feed: string | null, tally: InputTally): void;
  /** Resolves when more documents can be taken. @throws what reading threw, PlimsollError or another error */
  ready(): Promise<void>;
  /** Resolves when all documents that were taken are in their tallies. @throws as `ready` */
  settled(): Promise<void>;
  /** Nothing is taken afterwards. @throws as `ready` */
  finish(): Promise<readonly CollectedPart[]>;
  readonly pack: Pack;
  /** Ends the threads. */
  close(): Promise<void>;
}
