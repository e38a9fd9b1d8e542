/** What the database in a folder says of itself, without opening its segments. */
import type { DatabaseStatus } from "../domain/advisory.ts";
import { readCurrentManifest } from "./database.ts";
import { segmentsOf, statusOf, type Publication } from "./manifest.ts";

export interface DatabaseStatusReport extends DatabaseStatus {
  /** Bytes of all segments. */
  readonly sizeBytes: number;
  readonly segmentCount: number;
  /** Where it was pulled or imported from and who signed it; null: made here. */
  readonly publication: Pick<Publication, "origin" | "keyId"> | null;
}

/** @throws PlimsollError DATABASE_MISSING, DATABASE_INVALID */
export function readDatabaseStatus(dir: string): DatabaseStatusReport {
  const manifest = readCurrentManifest(dir);
  const segments = segmentsOf(manifest);
  const { publication } = manifest;
  return {
    ...statusOf(manifest),
    sizeBytes: segments.reduce((sum, segment) => sum + segment.sizeBytes, 0),
    segmentCount: segments.length,
    publication: publication === null ? null : { origin: publication.origin, keyId: publication.keyId },
  };
}
