/** Digests, short enough to read and long enough to tell apart. */

/** `sha256:0123456789abcdef…` -> `0123456789ab`. What is no digest stays as it is. */
export function shortDigest(digest: string): string {
  return /^sha256:([0-9a-f]{12})[0-9a-f]{52}$/.exec(digest)?.[1] ?? digest;
}
