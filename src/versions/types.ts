/**
 * Contract of a version scheme: the total order of one ecosystem's versions.
 *
 * A scheme says what its ecosystem's own tool says, proven on tables made by that tool. `compare` throws `VERSION_INVALID`
 * for input the tool would refuse; it never guesses a number. Matching turns that into an `undetermined` finding.
 */

export interface VersionScheme {
  /** Folder name and stored id: `deb`, `apk`, `semver`, `pep440`. */
  readonly id: string;
  /** For people: `Debian package versions`. */
  readonly title: string;
  /** Specifications followed. */
  readonly specs: readonly string[];
  /** Raised when an answer changes. */
  readonly version: number;
  /** -1 when a is older than b, 1 when newer, 0 when equal in order. @throws PlimsollError VERSION_INVALID */
  compare(a: string, b: string): -1 | 0 | 1;
  /** Whether `compare` accepts it. */
  isValid(version: string): boolean;
  /**
   * Whether `version` is a packaging of the upstream version `bound` and so comes after it: a range whose last affected version is
   * `1.2.3` speaks of `1.2.3-4` too. Asked of valid ones only. Absent: the scheme has none, or its feeds name them.
   */
  isPackagingOf?(version: string, bound: string): boolean;
}
