/** What one stream has still to tell: bounded, for its reader may be slow or asleep. Too much of it becomes a gap, which is looked up. */
import type { EventTold } from "../store/event-feed.ts";

export type Told = EventTold | { readonly kind: "beat" } | { readonly kind: "end" };

export interface Inbox {
  put(told: EventTold): void;
  /** It is time to look whether the stream may go on; once, however long nobody takes it. */
  beat(): void;
  /** From here on only the end is taken. */
  end(): void;
  /** The next thing to tell, when there is one. By one reader at a time. */
  take(): Promise<Told>;
}

/** `countMax`: what waits beyond that becomes one gap. */
export function makeInbox(countMax = COUNT_MAX): Inbox {
  let waiting: Told[] = [];
  let hasEnded = false;
  let wake = (): void => {};
  const add = (told: Told): void => {
    if (hasEnded) return;
    waiting.push(told);
    wake();
  };
  return {
    put: (told) => {
      // A gap makes everything before it superfluous.
      if (told.kind === "gap" || waiting.length >= countMax) {
        waiting = waiting.filter(({ kind }) => kind === "beat");
        add({ kind: "gap" });
      } else add(told);
    },
    beat: () => {
      // First, so that events without end do not put it off.
      if (hasEnded || waiting.some(({ kind }) => kind === "beat")) return;
      waiting.unshift({ kind: "beat" });
      wake();
    },
    end: () => {
      hasEnded = true;
      waiting = [];
      wake();
    },
    take: async () => {
      for (;;) {
        if (hasEnded) return { kind: "end" };
        const next = waiting.shift();
        if (next !== undefined) return next;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

const COUNT_MAX = 500;
