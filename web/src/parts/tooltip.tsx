/** A few words about something, on hover and on focus. Never the only place of what must be known: there is no hover on a phone. */
import { Tooltip as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";

const DELAY_MS = 300;

/** `children`: one element that can take the focus. */
export function Tooltip({ text, children }: { text: ReactNode; children: ReactElement }): ReactElement {
  return (
    <Radix.Provider delayDuration={DELAY_MS}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Content
          sideOffset={6}
          collisionPadding={8}
          className="z-60 max-w-80 rounded-md border border-line bg-raised px-2.5 py-1.5 text-sm text-text shadow-lg"
        >
          {text}
        </Radix.Content>
      </Radix.Root>
    </Radix.Provider>
  );
}
