/** What is shown is older than it should be: why, since when, and a way to try again. */
import type { ReactElement } from "react";
import { toProblem } from "../api/problem.ts";
import { printable } from "../display/printable.ts";
import { Banner } from "./banner.tsx";
import { Button } from "./button.tsx";
import { TimeAgo } from "./time-ago.tsx";

export interface StaleBannerProps {
  /** "This list", "The vulnerability database". */
  readonly what: string;
  /** RFC 3339; null: never. */
  readonly since: string | null;
  /** What failed, when something did. */
  readonly error?: unknown;
  readonly onRetry?: () => void;
}

export function StaleBanner({ what, since, error, onRetry }: StaleBannerProps): ReactElement {
  const problem = error === undefined || error === null ? null : toProblem(error);
  return (
    <Banner
      title={`${what} may be out of date`}
      action={
        onRetry !== undefined && (
          <Button size="sm" icon="refresh" onClick={onRetry}>
            Try again
          </Button>
        )
      }
    >
      Last brought up to date: <TimeAgo time={since} />.
      {problem !== null && ` ${printable(problem.title)} ${printable(problem.advice)}`}
    </Banner>
  );
}
