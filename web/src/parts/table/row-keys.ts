/** The keyboard in a table: up and down lead from the link of a row to the link of the next, Home and End to the ends. */
import type { KeyboardEvent } from "react";

/** What can have the focus in a row. */
const FOCUSABLE = "a[href], button:not(:disabled)";
/** A row far away is drawn a few frames after the table was told to scroll there. */
const FRAMES_MAX = 20;
const PAGE_ROWS = 10;

/** Moves the focus for a key that was pressed in a row; `reveal` scrolls to a row that may not be drawn yet. */
export function moveByKey(
  event: KeyboardEvent<HTMLElement>,
  rowCount: number,
  reveal: (index: number) => void,
): void {
  const body = event.currentTarget;
  const target = event.target;
  if (!(target instanceof HTMLElement) || !body.contains(target) || event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (target.closest("input, select, textarea") !== null) return;
  const row = target.closest<HTMLElement>("[data-row]");
  if (row === null) return;
  const to = targetRow(event.key, Number(row.dataset["row"]), rowCount);
  if (to === null) return;
  event.preventDefault();
  const place = [...row.querySelectorAll(FOCUSABLE)].indexOf(target);
  reveal(to);
  focusRow(body, to, Math.max(place, 0), FRAMES_MAX);
}

/** Null for a key that moves nothing. */
export function targetRow(key: string, from: number, rowCount: number): number | null {
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + PAGE_ROWS,
    PageUp: from - PAGE_ROWS,
    Home: 0,
    End: rowCount - 1,
  };
  const to = targets[key];
  if (to === undefined || rowCount === 0) return null;
  return Math.min(Math.max(to, 0), rowCount - 1);
}

function focusRow(body: HTMLElement, index: number, place: number, frames: number): void {
  const row = body.querySelector(`[data-row="${index}"]`);
  if (row === null) {
    if (frames > 0) requestAnimationFrame(() => focusRow(body, index, place, frames - 1));
    return;
  }
  const focusable = row.querySelectorAll<HTMLElement>(FOCUSABLE);
  (focusable[place] ?? focusable[0])?.focus();
}
