/**
 * `plimsoll db verify`: every file against its digest, every part's rows against the digest of their content, and, of a database
 * that was pulled or imported, the manifest against the one that was signed.
 */
import type { KeyObject } from "node:crypto";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { openCurrent } from "./database.ts";
import { openEnvelope } from "./envelope.ts";
import { partKey, segmentsOf, type Manifest } from "./manifest.ts";
import { readPublished } from "./published-manifest.ts";
import { contentDigestOf } from "./store-part.ts";

export interface VerifyReport {
  readonly fileCount: number;
  readonly partCount: number;
  readonly rowCount: number;
  /** Where it was published; null: made here, so there is nothing that was signed. */
  readonly origin: string | null;
  /** The trusted key that signed it; null: none. */
  readonly keyId: string | null;
}

/** With `trusted` keys, a published database must be signed by one of them. @throws PlimsollError DATABASE_MISSING,
 * DATABASE_INVALID, DATABASE_TAMPERED, DATABASE_UNTRUSTED */
export function verifyDatabase(dir: string, trusted: readonly KeyObject[]): VerifyReport {
  const { manifest, opened } = openCurrent(dir);
  try {
    opened.verify();
    let rowCount = 0;
    for (const part of opened.parts) {
      const counted = counting(part.rows());
      if (contentDigestOf(counted.rows) !== part.entry.contentDigest) {
        const name = printable(partKey(part.entry), 80);
        throw new PlimsollError(
          "DATABASE_INVALID",
          `The rows of ${name} are not those that the manifest names.`,
          {
            details: { feed: part.entry.feed, part: part.entry.part },
          },
        );
      }
      rowCount += counted.count();
    }
    const keyId = verifySigned(manifest, trusted);
    const { length: fileCount } = segmentsOf(manifest);
    const origin = manifest.publication?.origin ?? null;
    return { fileCount, partCount: manifest.parts.length, rowCount, origin, keyId };
  } finally {
    opened.close();
  }
}

function counting<T>(values: Iterable<T>): { rows: Iterable<T>; count: () => number } {
  let count = 0;
  function* counted(): Generator<T> {
    for (const value of values) {
      count += 1;
      yield value;
    }
  }
  return { rows: counted(), count: () => count };
}

/** Parts that an operator leaves out may be missing; those that are there must be the signed ones. */
function verifySigned(manifest: Manifest, trusted: readonly KeyObject[]): string | null {
  if (manifest.publication === null) return null;
  const { payload, keyId } = openEnvelope(Buffer.from(manifest.publication.envelope, "utf8"), trusted);
  const signed = new Map(readPublished(payload).parts.map((part) => [partKey(part), part.contentDigest]));
  for (const part of manifest.parts) {
    if (signed.get(partKey(part)) === part.contentDigest) continue;
    const message = `${printable(partKey(part), 80)} is not the part that was published.`;
    throw new PlimsollError("DATABASE_TAMPERED", message, { details: { feed: part.feed, part: part.part } });
  }
  return keyId;
}
