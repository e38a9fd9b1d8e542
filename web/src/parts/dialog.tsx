/** A dialog over the page: the focus stays in it, Escape closes it, and the page below is held still (see `theme.css`). */
import { Dialog as Radix } from "radix-ui";
import { useRef, type ReactElement, type ReactNode } from "react";
import { IconButton } from "./icon-button.tsx";

export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What the dialog is for, read with its title. */
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** Buttons, the one that acts last. */
  readonly footer?: ReactNode;
  /** `side`: a panel at the right edge, for details of something in a list. */
  readonly place?: "middle" | "side";
}

const places = {
  middle:
    "top-[10vh] left-1/2 max-h-[80vh] w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 rounded-lg border",
  side: "top-0 right-0 h-dvh w-[min(40rem,100vw)] border-l",
};

export function Dialog(props: DialogProps): ReactElement {
  const { open, onClose, title, description, children, footer, place = "middle" } = props;
  // Radix gives the focus back to a trigger of its own, which pages do not use.
  const openedFrom = useRef<Element | null>(null);
  const giveBack = (event: Event): void => {
    event.preventDefault();
    if (openedFrom.current instanceof HTMLElement) openedFrom.current.focus();
  };
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay data-scrim="" className="fixed inset-0 z-50 bg-scrim" />
        <Radix.Content
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
          onOpenAutoFocus={() => {
            openedFrom.current = document.activeElement;
          }}
          onCloseAutoFocus={giveBack}
          className={`fixed z-50 flex flex-col border-line bg-raised shadow-xl outline-none ${places[place]}`}
        >
          <div className="flex items-start justify-between gap-4 px-5 pt-4 pb-2">
            <div className="min-w-0">
              <Radix.Title className="text-lg font-semibold [overflow-wrap:anywhere]">{title}</Radix.Title>
              {description !== undefined && (
                <Radix.Description asChild>
                  <div className="mt-1 text-muted">{description}</div>
                </Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton icon="close" label="Close" className="-mt-1 -mr-2" />
            </Radix.Close>
          </div>
          <div className="relative min-h-0 flex-1 overflow-y-auto px-5 py-2">{children}</div>
          {footer !== undefined && (
            <div className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{footer}</div>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
