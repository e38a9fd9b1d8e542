/** Tabs of one page. Which is open may be kept in the address: `value` and `onChange` come from the page. */
import { Tabs as Radix } from "radix-ui";
import { useRef, type ReactElement, type ReactNode } from "react";
import { amount } from "../display/amounts.ts";
import { useScrollIntoSight } from "./scroll-into-sight.ts";

export interface Tab<Id extends string> {
  readonly id: Id;
  readonly label: string;
  /** Beside the label. */
  readonly count?: number | null;
}

export interface TabsProps<Id extends string> {
  /** Names the set of tabs. */
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly value: Id;
  readonly onChange: (id: Id) => void;
  /** What the open tab shows. */
  readonly children: ReactNode;
}

export function Tabs<Id extends string>({
  label,
  tabs,
  value,
  onChange,
  children,
}: TabsProps<Id>): ReactElement {
  const list = useRef<HTMLDivElement>(null);
  useScrollIntoSight(list, "[data-state=active]", value);
  return (
    <Radix.Root value={value} onValueChange={(id) => onChange(id as Id)}>
      <Radix.List
        ref={list}
        aria-label={label}
        className="relative mb-4 flex gap-1 overflow-x-auto border-b border-line"
      >
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.id}
            value={tab.id}
            className="-mb-px inline-flex min-h-9 items-center gap-1.5 border-b-2 border-transparent px-3 whitespace-nowrap text-muted -outline-offset-2 hover:text-text data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-text"
          >
            {tab.label}
            {tab.count !== undefined && tab.count !== null && (
              <span className="rounded-full bg-sunken px-1.5 text-xs text-muted tabular-nums">
                {amount(tab.count)}
              </span>
            )}
          </Radix.Trigger>
        ))}
      </Radix.List>
      <Radix.Content value={value} tabIndex={-1}>
        {children}
      </Radix.Content>
    </Radix.Root>
  );
}
