/** Links that look like tabs, for pages beside each other. What they show has an address, so they are links and not tabs. */
import { createLink, useLocation } from "@tanstack/react-router";
import { useRef, type ComponentProps, type ReactElement, type ReactNode } from "react";
import { useScrollIntoSight } from "./scroll-into-sight.ts";

export function PageTabs({ label, children }: { label: string; children: ReactNode }): ReactElement {
  const list = useRef<HTMLElement>(null);
  const path = useLocation({ select: ({ pathname }) => pathname });
  useScrollIntoSight(list, "[aria-current=page]", path);
  return (
    <nav
      ref={list}
      aria-label={label}
      className="relative mb-5 flex gap-1 overflow-x-auto border-b border-line"
    >
      {children}
    </nav>
  );
}

function TabAnchor({ className, children, ...rest }: ComponentProps<"a">): ReactElement {
  return (
    <a
      {...rest}
      className={`-mb-px inline-flex min-h-9 items-center gap-1.5 border-b-2 border-transparent px-3 whitespace-nowrap text-muted -outline-offset-2 hover:text-text aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-text ${className ?? ""}`}
    >
      {children}
    </a>
  );
}

export const TabLink = createLink(TabAnchor);
