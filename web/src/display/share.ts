/** Shares of a whole, for people. */

/**
 * `12.3 %` of a whole. Never `0 %` of what is there, nor `100 %` while something is missing: what is between is rounded to the
 * inside. Nothing of nothing is `none`.
 */
export function shareOf(part: number, total: number): string {
  if (total <= 0) return "none";
  if (part <= 0) return "0 %";
  if (part >= total) return "100 %";
  const tenths = Math.min(999, Math.max(1, Math.round((part / total) * 1000)));
  return `${(tenths / 10).toFixed(1)} %`;
}
