/** Filters a list while one types: tells the text when the typing has paused. `/` anywhere on the page leads here. */
import { useEffect, useId, useRef, useState, type ReactElement } from "react";
import { inputClasses } from "./field.tsx";
import { Icon } from "./icon.tsx";

const PAUSE_MS = 200;

export interface SearchFieldProps {
  /** "Filter images by name or tag"; shown inside the empty field. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function SearchField({ label, value, onChange }: SearchFieldProps): ReactElement {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const told = useRef(onChange);
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  // The value came from elsewhere: the button "back", a link.
  if (value !== known) {
    setKnown(value);
    setTyped(value);
  }
  useEffect(() => {
    told.current = onChange;
  });
  useEffect(() => {
    if (typed === known) return;
    const timer = window.setTimeout(() => {
      setKnown(typed);
      told.current(typed);
    }, PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [typed, known]);
  useFocusBySlash(input);

  return (
    <div role="search" aria-label={label} className="relative w-full max-w-80 self-end">
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <Icon
        name="search"
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-muted"
      />
      <input
        id={id}
        ref={input}
        type="search"
        value={typed}
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        aria-keyshortcuts="/"
        onChange={(event) => setTyped(event.target.value)}
        className={`${inputClasses} pl-8`}
      />
    </div>
  );
}

function useFocusBySlash(input: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target;
      if (
        target instanceof HTMLElement &&
        target.closest("input, textarea, select, [contenteditable]") !== null
      )
        return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [input]);
}
