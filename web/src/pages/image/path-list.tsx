/** Paths in an image, of which only the first may be known: some at first, the others on demand, and how many there are in all. */
import { useState, type ReactElement } from "react";
import { amount, counted } from "../../display/amounts.ts";
import { Button } from "../../parts/button.tsx";
import { PlainText } from "../../parts/plain-text.tsx";

export interface PathListProps {
  readonly label: string;
  /** Of all, also those that are not named. */
  readonly count: number;
  readonly paths: readonly string[];
  /** What one of them is: `executable`. */
  readonly noun: string;
  /** What it means that there is none. */
  readonly none: string;
}

const SHOWN_AT_FIRST = 10;

export function PathList({ label, count, paths, noun, none }: PathListProps): ReactElement {
  const [all, setAll] = useState(false);
  if (count === 0) return <p className="text-sm text-muted">{none}</p>;
  const shown = all ? paths : paths.slice(0, SHOWN_AT_FIRST);
  return (
    <>
      <ul aria-label={label} className="text-sm">
        {shown.map((path) => (
          <li key={path}>
            <PlainText text={path} mono charsMax={500} />
          </li>
        ))}
      </ul>
      {shown.length < paths.length && (
        <Button size="sm" onClick={() => setAll(true)}>
          Show {counted(paths.length - shown.length, `more ${noun}`)}
        </Button>
      )}
      {count > paths.length && (
        <p className="text-sm text-muted">
          {paths.length === 0 ? "None of them is named" : `The first ${amount(paths.length)}`} of{" "}
          {counted(count, noun)}.
        </p>
      )}
    </>
  );
}
