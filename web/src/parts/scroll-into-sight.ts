/** Tabs that do not fit scroll sideways; the open one must not be beyond the edge. */
import { useEffect, type RefObject } from "react";

/** `open`: selector of the open one below `list`; `value` changes with it. */
export function useScrollIntoSight(list: RefObject<HTMLElement | null>, open: string, value: string): void {
  useEffect(() => {
    const shown = list.current?.querySelector<HTMLElement>(open);
    if (list.current === null || shown === null || shown === undefined) return;
    // Not scrollIntoView, which would scroll the page too.
    const middle = shown.offsetLeft + shown.offsetWidth / 2;
    list.current.scrollLeft = middle - list.current.clientWidth / 2;
  }, [list, open, value]);
}
