/**
 * What the readers of rpm's three database formats give.
 */

export interface DatabaseReading {
  /** The header of each package, as `readHeader` takes it. */
  readonly blobs: readonly Uint8Array[];
  /** What could not be read, in words. */
  readonly complaints: readonly string[];
}

/** Adds a complaint, as long as there are not more of them than anybody could read: a hostile file has millions. */
export function complain(complaints: string[], complaint: string): void {
  if (complaints.length < complaintsMax) complaints.push(complaint);
}

const complaintsMax = 10_000;
