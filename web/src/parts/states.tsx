/** What a page says when it has nothing to show yet, or nothing at all: loading, empty, failed, not allowed. */
import { useEffect, useState, type ReactElement, type ReactNode } from "react";
import { toProblem } from "../api/problem.ts";
import { printable } from "../display/printable.ts";
import { Button } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";

/** Shorter waits show nothing: a flash of "Loading" makes a quick page feel slow. */
const LOADING_SHOWN_AFTER_MS = 200;

/** `what`: "images", "the policy". */
export function LoadingState({ what }: { what: string }): ReactElement {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setShown(true), LOADING_SHOWN_AFTER_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <div
      role="status"
      aria-busy="true"
      className="flex min-h-32 items-center justify-center gap-2 p-6 text-muted"
    >
      {shown && (
        <>
          <Icon name="refresh" className="animate-spin" />
          <span>Loading {what} …</span>
        </>
      )}
    </div>
  );
}

export interface EmptyStateProps {
  /** `No images yet` */
  readonly title: string;
  readonly icon?: IconName;
  /** What would have to happen for something to be here. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

export function EmptyState({ title, icon = "info", children, action }: EmptyStateProps): ReactElement {
  return (
    <div className="flex flex-col items-center gap-2 rounded-lg border border-dashed border-line-strong px-6 py-10 text-center">
      <Icon name={icon} className="size-6 text-muted" />
      <p className="text-lg font-medium">{title}</p>
      {children !== undefined && <div className="max-w-[60ch] text-muted">{children}</div>}
      {action !== undefined && <div className="mt-2">{action}</div>}
    </div>
  );
}

export interface FailedStateProps {
  readonly error: unknown;
  /** What could not be done: "The images could not be loaded." */
  readonly title?: string;
  readonly onRetry?: () => void;
}

/** Code, message and advice, and another try. A refusal with 403 says that it is one. */
export function FailedState({ error, title, onRetry }: FailedStateProps): ReactElement {
  const problem = toProblem(error);
  if (problem.status === 403)
    return <NoPermission>{problem.detail === "" ? problem.title : printable(problem.detail)}</NoPermission>;
  return (
    <div role="alert" className="rounded-lg border border-not-met bg-surface p-4">
      <div className="flex gap-3">
        <Icon name="alert" className="mt-0.5 text-not-met" />
        <div className="min-w-0 space-y-1">
          <p className="font-semibold">{title ?? printable(problem.title)}</p>
          {title !== undefined && problem.detail === "" && <p>{printable(problem.title)}</p>}
          {problem.detail !== "" && (
            <p className="[overflow-wrap:anywhere]">{printable(problem.detail, { lines: true })}</p>
          )}
          {problem.advice !== "" && <p className="text-muted">{printable(problem.advice)}</p>}
          <p className="font-mono text-xs text-muted">{printable(problem.code, { charsMax: 100 })}</p>
          {onRetry !== undefined && (
            <div className="pt-2">
              <Button size="sm" icon="refresh" onClick={onRetry}>
                Try again
              </Button>
            </div>
          )}
        </div>
      </div>
    </div>
  );
}

/** The reader may not see this; says who may. */
export function NoPermission({ children }: { children?: ReactNode }): ReactElement {
  return (
    <EmptyState title="You may not see this" icon="policy">
      {children ?? "Your role in this organisation does not allow it. An owner can change your role."}
    </EmptyState>
  );
}
