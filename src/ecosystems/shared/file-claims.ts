/**
 * Collects which package owns which file, with a ceiling for the whole image: a hostile database could list more files than
 * any file system holds.
 */
import type { FileClaim } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";

export class FileClaims {
  readonly #claims: FileClaim[] = [];
  #left = 0;

  /** Adds them, in order. Paths that no file can have are dropped. */
  add(claims: readonly FileClaim[]): void {
    for (const claim of claims) {
      if (claim.path === "" || claim.path.length > pathLengthMax) continue;
      if (this.#claims.length < claimsMax) this.#claims.push(claim);
      else this.#left += 1;
    }
  }

  all(): readonly FileClaim[] {
    return this.#claims;
  }

  /** One for all that did not fit. */
  problems(): readonly Problem[] {
    if (this.#left === 0) return [];
    const message = `packages list ${this.#left} files too many, whose owners are not known`;
    return [{ code: "RECORD_INVALID", message, path: null, layer: null }];
  }
}

/** As many as an image may have entries (`UnpackLimits.entriesMax`). */
const claimsMax = 2_000_000;

/** PATH_MAX of Linux. */
const pathLengthMax = 4096;
