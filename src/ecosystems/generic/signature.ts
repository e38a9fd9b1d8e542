/**
 * What a signature is: by which name a program is found, where in its bytes its version stands, and what it is called by
 * package URL and CPE. Signatures are data; `signatures/` holds them by kind.
 */
export interface Signature {
  /** Name of the package: `node`. Part of the package URL, so never renamed lightly. */
  readonly id: string;
  /** For people: `Node.js`. */
  readonly title: string;
  /**
   * Last part of the path, with one `*` at most and two plain characters or more before it (`libssl.so*`); or the end of the
   * path, with slashes and without `*` (`wp-includes/version.php`).
   */
  readonly files: readonly string[];
  /** In order of trust: the first that matches tells the version. */
  readonly tells: readonly Evidence[];
  /** `vendor:product` as the NVD writes them; null where it has none that is well known. */
  readonly cpe: string | null;
  /** `text`: a small text file, read whole. Absent: an executable or library, of which only the data is searched. */
  readonly kind?: "text";
  /** `artefact`: tested on a real file (test/native/signatures.test.ts); `specification`: on what is known of its bytes. */
  readonly proof: "artefact" | "specification";
}

export interface Evidence {
  /**
   * Bytes (latin1) searched for first; `{name}` stands for the numbers in the file's own name: `3.11` of `python3.11`.
   * Empty: the name of the file itself is matched.
   */
  readonly near: string;
  /** Its first group is the version. Matched against `windowBefore` bytes before and `windowAfter` bytes from `near`, as latin1. */
  readonly version: RegExp;
}

export const windowBefore = 96;
export const windowAfter = 200;

/** `near` and `version` as a pair. */
export function at(near: string, version: RegExp): Evidence {
  return { near, version };
}
