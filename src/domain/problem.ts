/**
 * A problem is bad input from the world, kept as data on the value it belongs to. It never stops a run by itself;
 * gates and policies decide what it means. A broken promise of the program is a thrown `PlimsollError` instead.
 */

export interface Problem {
  /** Stable machine name, SCREAMING_SNAKE, e.g. `PARSE_FAILED`, `LIMIT_ENTRIES`. Listed in `problem-codes.ts`. */
  readonly code: ProblemCode;
  /** One sentence for people. Text from the image inside it is already escaped by `printable()`. */
  readonly message: string;
  /** Path inside the image, or null when the problem is not about one file. */
  readonly path: string | null;
  /** Diff ID of the layer, or null when the problem is not about one layer. */
  readonly layer: string | null;
}

/**
 * Every problem code, with what it does to the result.
 * `incomplete`: packages may be missing, so an empty list of findings must not be read as "clean".
 * `notice`: worth saying, nothing is missing.
 */
export const problemCodes = {
  BLOB_DIGEST_MISMATCH: "incomplete",
  BLOB_MISSING: "incomplete",
  BLOB_TRUNCATED: "incomplete",
  COMPRESSION_INVALID: "incomplete",
  COMPRESSION_TRAILING_DATA: "incomplete",
  TAR_INVALID: "incomplete",
  TAR_ENTRY_REFUSED: "notice",
  LINK_UNRESOLVED: "notice",
  FILE_UNREADABLE: "incomplete",
  LIMIT_LAYER_BYTES: "incomplete",
  LIMIT_TOTAL_BYTES: "incomplete",
  LIMIT_ENTRIES: "incomplete",
  LIMIT_PATH_LENGTH: "incomplete",
  LIMIT_RATIO: "incomplete",
  LIMIT_TIME: "incomplete",
  LIMIT_WANTED_FILE_BYTES: "incomplete",
  LIMIT_WANTED_TOTAL_BYTES: "incomplete",
  LAYER_MEDIA_TYPE_UNKNOWN: "incomplete",
  PARSE_FAILED: "incomplete",
  RECORD_INVALID: "incomplete",
  DEPENDENCY_UNPINNED: "incomplete",
  DISTRO_UNKNOWN: "notice",
  NO_PACKAGE_DATABASE: "incomplete",
  EXECUTABLE_PACKED: "notice",
  BUILD_INFO_MISSING: "notice",
  NOTHING_FOUND: "incomplete",
  PACKAGE_UNNAMED: "notice",
  ATTESTATION_INVALID: "notice",
  ATTESTATIONS_UNAVAILABLE: "notice",
  SBOM_FIELD_INVALID: "incomplete",
  SBOM_INCOMPLETE: "incomplete",
  VERSION_INVALID: "notice",
  ADVISORY_INVALID: "notice",
  VEX_STATEMENT_INVALID: "notice",
  VEX_STATEMENT_INCOMPLETE: "notice",
  VEX_NOT_APPLIED: "notice",
  VEX_FILES_IGNORED: "notice",
} as const satisfies Record<string, "incomplete" | "notice">;

export type ProblemCode = keyof typeof problemCodes;

/** True when the problem may hide packages or findings. */
export function isIncomplete(problem: Problem): boolean {
  return problemCodes[problem.code] === "incomplete";
}

/**
 * Text of unknown origin made safe for a terminal, a log line or a CI runner: control characters, bidi overrides and line
 * separators become `\u{…}` escapes, and it is cut at `lengthMax` characters with `…`.
 */
export function printable(text: string, lengthMax = 400): string {
  const cut = text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
  // Most texts are plain, and asking costs less than replacing nothing.
  if (PLAIN.test(cut)) return cut;
  return cut.replace(UNPRINTABLE, (char) => `\\u{${char.codePointAt(0)?.toString(16) ?? "0"}}`);
}

const PLAIN = /^[\u0020-\u007e]*$/;

// Control characters (C0, DEL, C1), bidi controls, zero-width characters, line and paragraph separators, lone surrogates.
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
