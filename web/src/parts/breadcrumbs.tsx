/** The way from the list to the thing: links, and last where one is. */
import { Children, type ReactElement, type ReactNode } from "react";
import { Icon } from "./icon.tsx";

/** `children`: `<TextLink>` for each step, then text for the page itself. */
export function Breadcrumbs({ children }: { children: ReactNode }): ReactElement {
  const steps = Children.toArray(children);
  return (
    <nav aria-label="Where you are" className="mb-1.5 text-sm">
      <ol className="flex flex-wrap items-center gap-1 text-muted">
        {steps.map((step, at) => (
          <li
            key={at}
            className="flex items-center gap-1"
            aria-current={at === steps.length - 1 ? "page" : undefined}
          >
            {at > 0 && <Icon name="chevronRight" className="size-3" />}
            {step}
          </li>
        ))}
      </ol>
    </nav>
  );
}
