/** How much of a policy is met, in a word. */

/**
 * `75 %` of the images that it was asked of, rounded down: 100 % is said only where every image meets it, and images without data
 * count as not meeting it.
 */
export function metWords({
  met,
  notMet,
  noData,
}: {
  readonly met: number;
  readonly notMet: number;
  readonly noData: number;
}): string {
  const judged = met + notMet + noData;
  return judged === 0 ? "Not judged yet" : `${Math.floor((met / judged) * 100)} %`;
}
