/**
 * What lock files have in common: a list of packages with exact versions, and complaints about entries.
 */
import type { Problem } from "../../domain/problem.ts";

export interface PinnedPackage {
  /** As the lock file writes it, the scope included: `@types/node`. */
  readonly name: string;
  readonly version: string;
  /** Licence field of the entry, or null. */
  readonly license: string | null;
}

export interface LockReading {
  readonly pinned: readonly PinnedPackage[];
  /** About entries or the whole file; texts go through `printable` later. */
  readonly complaints: readonly LockComplaint[];
}

export interface LockComplaint {
  readonly code: Extract<Problem["code"], "RECORD_INVALID" | "PARSE_FAILED" | "DEPENDENCY_UNPINNED">;
  readonly message: string;
}

export function recordInvalid(entry: string, reason: string): LockComplaint {
  return { code: "RECORD_INVALID", message: `the entry ${entry.slice(0, 200)} ${reason}` };
}

export function parseFailed(reason: string): LockReading {
  return { pinned: [], complaints: [{ code: "PARSE_FAILED", message: reason }] };
}
