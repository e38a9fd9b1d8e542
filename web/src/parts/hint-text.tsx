/** A hint as it is written in schemas and messages: what stands between backticks is code. */
import type { ReactElement } from "react";
import { printable } from "../display/printable.ts";

export function HintText({ text }: { text: string }): ReactElement {
  const parts = printable(text, { lines: true }).split("`");
  return (
    <>
      {parts.map((part, at) =>
        at % 2 === 1 && at < parts.length - 1 ? (
          <code key={at} className="rounded-sm bg-sunken px-1 font-mono text-[0.93em]">
            {part}
          </code>
        ) : (
          part
        ),
      )}
    </>
  );
}
