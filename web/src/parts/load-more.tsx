/** The end of a list that comes in pages by cursor: how much is shown, and a button for more. */
import type { ReactElement } from "react";
import { counted } from "../display/amounts.ts";
import { Button } from "./button.tsx";
import { FailedState } from "./states.tsx";

export interface LoadMoreProps {
  /** How many are shown. */
  readonly shown: number;
  /** One of them: "image"; `plural` where an s is not enough. */
  readonly noun: string;
  readonly plural?: string;
  readonly hasMore: boolean;
  readonly busy: boolean;
  readonly error?: unknown;
  readonly onMore: () => void;
}

export function LoadMore(props: LoadMoreProps): ReactElement {
  const { shown, noun, plural, hasMore, busy, error, onMore } = props;
  return (
    <div className="mt-3 space-y-2">
      {error !== undefined && error !== null && (
        <FailedState error={error} title="More could not be loaded." />
      )}
      <div className="flex items-center gap-3">
        <p aria-live="polite" className="text-sm text-muted">
          {counted(shown, noun, plural)}
          {hasMore ? " shown" : ""}
        </p>
        {hasMore && (
          <Button size="sm" busy={busy} onClick={onMore}>
            Load more
          </Button>
        )}
      </div>
    </div>
  );
}
