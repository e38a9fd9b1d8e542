/**
 * The head of a page: heading, what it is about, and its actions. Sets the title of the window, and after a change of page moves
 * the focus to the heading, so that the keyboard and readers of the screen start there.
 */
import { useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, type ReactElement, type ReactNode } from "react";
import { printable } from "../display/printable.ts";

export interface PageHeaderProps {
  readonly title: string;
  /** One or two sentences, or facts. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** Above the heading: `<Breadcrumbs>`. */
  readonly above?: ReactNode;
  /** Beside the heading: a badge. */
  readonly beside?: ReactNode;
}

/** The path whose heading had the focus last; null before the first page, which leaves the focus to the browser. */
let focusedPath: string | null = null;

export function PageHeader({ title, children, actions, above, beside }: PageHeaderProps): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  // The address of what is shown: while the next page loads, the old one already has the new address in its bar.
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const shown = printable(title, { charsMax: 200 });

  useEffect(() => {
    document.title = `${shown} · Plimsoll`;
  }, [shown]);

  useEffect(() => {
    if (path === undefined) return;
    if (focusedPath !== null && focusedPath !== path) heading.current?.focus({ preventScroll: true });
    focusedPath = path;
  }, [path]);

  return (
    <header className="mb-5">
      {above}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold [overflow-wrap:anywhere]">
              <bdi>{shown}</bdi>
            </h1>
            {beside}
          </div>
          {children !== undefined && <div className="mt-1 max-w-[75ch] text-muted">{children}</div>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
    </header>
  );
}
