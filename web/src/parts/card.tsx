/** A part of a page with a heading of its own. */
import { useId, type ReactElement, type ReactNode } from "react";

export interface CardProps {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Without space inside, for a table that fills it. */
  readonly flush?: boolean;
}

export function Card({ title, actions, children, flush = false }: CardProps): ReactElement {
  const id = useId();
  return (
    <section aria-labelledby={id} className="overflow-clip rounded-lg border border-line bg-surface">
      <div className="flex min-h-11 flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-1.5">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {actions}
      </div>
      <div className={flush ? "" : "p-4"}>{children}</div>
    </section>
  );
}
