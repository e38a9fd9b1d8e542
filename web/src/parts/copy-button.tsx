/** Copies a text, exactly as it is and not as it is shown, and says so. */
import { useEffect, useState, type ReactElement } from "react";
import { Button } from "./button.tsx";
import { IconButton } from "./icon-button.tsx";
import { notify } from "./toast.tsx";

const TOLD_MS = 2_000;

export interface CopyButtonProps {
  readonly text: string;
  /** What is copied: "digest", "token". */
  readonly noun: string;
  /** With words instead of an icon alone. */
  readonly words?: boolean;
}

export function CopyButton({ text, noun, words = false }: CopyButtonProps): ReactElement {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = window.setTimeout(() => setCopied(false), TOLD_MS);
    return () => window.clearTimeout(timer);
  }, [copied]);
  const copy = async (): Promise<void> => {
    try {
      // Absent where the dashboard is not served over TLS or from this machine.
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      notify(
        "bad",
        `The ${noun} could not be copied: the browser does not allow it here. Select the text instead.`,
      );
    }
  };
  const label = copied ? "Copied" : `Copy ${noun}`;
  const icon = copied ? "check" : "copy";
  return (
    <>
      {words ? (
        <Button size="sm" icon={icon} onClick={() => void copy()}>
          {label}
        </Button>
      ) : (
        <IconButton icon={icon} label={label} onClick={() => void copy()} className="size-6" />
      )}
      <span aria-live="polite" className="sr-only">
        {copied ? `The ${noun} is copied.` : ""}
      </span>
    </>
  );
}
