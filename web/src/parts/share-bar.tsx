/** Shares of a whole, side by side in one bar. It decorates: the numbers stand beside it in words. */
import type { ReactElement } from "react";

export interface Share {
  readonly id: string;
  readonly count: number;
  /** Class of the colour: `fill-met`. */
  readonly fill: string;
}

/** Nothing to share out is an empty bar. */
export function ShareBar({ shares }: { shares: readonly Share[] }): ReactElement {
  const total = shares.reduce((sum, { count }) => sum + count, 0);
  let before = 0;
  const parts = shares
    .filter(({ count }) => count > 0)
    .map((share) => {
      const part = { ...share, from: (before / total) * 100, width: (share.count / total) * 100 };
      before += share.count;
      return part;
    });
  return (
    <svg
      viewBox="0 0 100 6"
      preserveAspectRatio="none"
      className="block h-1.5 w-full rounded-sm bg-sunken"
      aria-hidden="true"
    >
      {parts.map(({ id, from, width, fill }) => (
        <rect key={id} x={from} width={width} height="6" className={fill} />
      ))}
    </svg>
  );
}
