/** Lines to copy as they are: a command, settings for another program, a secret. */
import type { ReactElement } from "react";
import { printable } from "../display/printable.ts";
import { CopyButton } from "./copy-button.tsx";

export interface CodeBlockProps {
  /** What it is: `config.yml`, "Token". */
  readonly title: string;
  readonly text: string;
  /** What is copied, for the button: "token", "settings". */
  readonly noun: string;
}

export function CodeBlock({ title, text, noun }: CodeBlockProps): ReactElement {
  return (
    <div className="rounded-md border border-line bg-sunken">
      <div className="flex min-h-9 items-center justify-between gap-2 border-b border-line py-1 pr-1 pl-3">
        <span className="text-sm font-medium text-muted">{title}</span>
        <CopyButton text={text} noun={noun} words />
      </div>
      <pre
        role="region"
        aria-label={title}
        // One line wraps; of several the long ones scroll, and the keyboard must be able to scroll them.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className={`p-3 font-mono text-sm ${text.includes("\n") ? "overflow-x-auto" : "break-all whitespace-pre-wrap"}`}
      >
        {printable(text, { lines: true })}
      </pre>
    </div>
  );
}
