/** Whether pages are kept up to date; silent while they are. */
import type { ReactElement } from "react";
import type { LiveState } from "../api/events.ts";
import { Icon } from "../parts/icon.tsx";

export function LiveMark({ state }: { state: LiveState }): ReactElement {
  return (
    <div role="status" className="text-sm text-muted">
      {state === "polling" && (
        <span
          className="flex items-center gap-1.5"
          title="The stream of events does not answer. Pages are asked for again every 15 seconds."
        >
          <Icon name="alert" className="text-stale" />
          Not live
        </span>
      )}
    </div>
  );
}
