/** Asks before something that cannot be taken back. Says what will happen, on the button too. */
import { useState, type ReactElement, type ReactNode } from "react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { FailedState } from "./states.tsx";

export interface ConfirmDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** `Delete the policy?` */
  readonly title: string;
  /** What will be lost. */
  readonly children: ReactNode;
  /** Words of the button: `Delete policy`. */
  readonly action: string;
  readonly danger?: boolean;
  /** The dialog closes when it succeeds, and shows why when it throws. */
  readonly onConfirm: () => Promise<unknown>;
}

export function ConfirmDialog(props: ConfirmDialogProps): ReactElement {
  const { open, onClose, title, children, action, danger = true, onConfirm } = props;
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const close = (): void => {
    setFailure(null);
    onClose();
  };
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await onConfirm();
      close();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={title}
      description={children}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button look={danger ? "danger" : "primary"} busy={busy} onClick={() => void confirm()}>
            {action}
          </Button>
        </>
      }
    >
      {failure !== null && <FailedState error={failure} />}
    </Dialog>
  );
}
