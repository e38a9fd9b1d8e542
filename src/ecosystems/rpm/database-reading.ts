/**
 * What the readers of rpm's three database formats give.
 */

export interface DatabaseReading {
  /** The header of each package, as `readHeader` takes it. */
  readonly blobs: readonly Uint8Array[];
  /** What could not be read, in words. */
  readonly complaints: readonly string[];
}
