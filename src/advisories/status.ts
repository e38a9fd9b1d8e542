/** What the database in a folder says of itself, without opening its segments. */
import type { DatabaseStatus } from "../domain/advisory.ts";
import { readCurrentManifest } from "./database.ts";
import { statusOf } from "./manifest.ts";

export interface DatabaseStatusReport extends DatabaseStatus {
  /** Bytes of all segments. */
  readonly sizeBytes: number;
  readonly segmentCount: number;
}

/** @throws PlimsollError DATABASE_MISSING, DATABASE_INVALID */
export function readDatabaseStatus(dir: string): DatabaseStatusReport {
  const manifest = readCurrentManifest(dir);
  const segments = manifest.parts.flatMap((part) => part.segments);
  return {
    ...statusOf(manifest),
    sizeBytes: segments.reduce((sum, segment) => sum + segment.sizeBytes, 0),
    segmentCount: segments.length,
  };
}
