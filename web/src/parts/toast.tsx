/**
 * Short messages in a corner. `notify` can be called from anywhere; good news goes after a while, bad news stays until it is
 * closed. Never the only place where a failure is shown: a form shows it beside its fields.
 */
import { useEffect, useSyncExternalStore, type ReactElement } from "react";
import { toProblem } from "../api/problem.ts";
import { printable } from "../display/printable.ts";
import { Icon } from "./icon.tsx";
import { IconButton } from "./icon-button.tsx";

export interface Toast {
  readonly id: number;
  readonly tone: "good" | "bad";
  readonly text: string;
}

const SHOWN_MS = 6_000;
const TOASTS_MAX = 4;

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

/** `notify("good", "Policy saved.")` */
export function notify(tone: Toast["tone"], text: string): void {
  lastId += 1;
  change([...toasts, { id: lastId, tone, text: printable(text, { charsMax: 400 }) }].slice(-TOASTS_MAX));
}

/** Tells of something that failed: `notifyFailure("The policy was not deleted.", error)`. */
export function notifyFailure(what: string, error: unknown): void {
  const { detail, title, advice } = toProblem(error);
  notify("bad", [what, detail === "" ? title : detail, advice].filter((part) => part !== "").join(" "));
}

function dismiss(id: number): void {
  change(toasts.filter((toast) => toast.id !== id));
}

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where the messages appear; once, at the root. */
export function ToastRegion(): ReactElement {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div
      role="region"
      aria-label="Messages"
      className="pointer-events-none fixed right-4 bottom-4 z-60 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2"
    >
      <div aria-live="polite" className="flex flex-col gap-2">
        {shown.map((toast) => (
          <ToastCard key={toast.id} toast={toast} />
        ))}
      </div>
    </div>
  );
}

function ToastCard({ toast }: { toast: Toast }): ReactElement {
  const { id, tone, text } = toast;
  useEffect(() => {
    if (tone === "bad") return;
    const timer = window.setTimeout(() => dismiss(id), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [id, tone]);
  return (
    <div
      className={`pointer-events-auto flex items-start gap-2.5 rounded-lg border bg-raised p-3 shadow-lg ${tone === "bad" ? "border-not-met" : "border-line"}`}
    >
      <Icon
        name={tone === "bad" ? "alert" : "check"}
        className={`mt-0.5 ${tone === "bad" ? "text-not-met" : "text-met"}`}
      />
      <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">{text}</p>
      <IconButton
        icon="close"
        label="Close this message"
        onClick={() => dismiss(id)}
        className="-my-1 -mr-1"
      />
    </div>
  );
}
