/**
 * What a rule of the secret search is. Rules are data: adding one is an entry in `rules/` and its examples in the test.
 */
import type { Severity } from "../domain/advisory.ts";

export interface SecretRule {
  /** Stored in results, so never renamed: `github-personal-token`. */
  readonly id: string;
  /** For people: `GitHub personal access token`. */
  readonly title: string;
  readonly severity: Severity;
  /**
   * Text without which the pattern cannot match, at least four characters each: with a capital letter as written, else in any
   * case. Only where one of them stands is the pattern tried, so they should be rare in ordinary text. Not used with `paths`.
   */
  readonly keywords: readonly string[];
  /**
   * Flags `dg`, and `i` where needed. The secret is the group named `secret`, or `single` or `bare` in other quotes. Every repetition is bounded, and no repetition
   * is repeated, so that it takes linear time.
   */
  readonly pattern: RegExp;
  /** Bits a character of the secret, at least (Shannon); 0: not asked. */
  readonly entropyMin: number;
  /** Secrets of this rule that are known to be none: examples of documentations, public keys of programs. */
  readonly allowed?: readonly RegExp[];
  /**
   * `token`: made by a machine; up to four characters of it are shown, which tell its kind. `password`: chosen by people,
   * nothing of it is shown, and words such as `changeme` are no secret.
   */
  readonly kind: "token" | "password";
  /** A check sum in the token itself, by which made-up ones are told from real ones. */
  readonly checksum?: "crc32-base62";
  /** Bytes before the keyword where a match may start; default 64. */
  readonly before?: number;
  /** Bytes after the keyword that a match may reach; default 512, at most 8192. */
  readonly after?: number;
  /** Paths of the only files where it applies, each searched whole; absent: all. */
  readonly paths?: RegExp;
  /** With `paths`: it applies to the environment, labels and commands too. Without: it does anyway. */
  readonly inConfiguration?: true;
}

/** A secret in a text. Offsets count characters of the text that was searched. */
export interface SecretMatch {
  readonly rule: SecretRule;
  /** Offset of the secret. */
  readonly start: number;
  readonly end: number;
  /** What may be shown of it. */
  readonly shown: string;
}
