/** A dialog with a form: fields, what the server refused above them, and a button that sends. Enter in a line sends too. */
import { useId, type ReactElement, type ReactNode } from "react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { FailedState } from "./states.tsx";

export interface FormDialogProps {
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  /** Words of the button that sends: "Create token". */
  readonly action: string;
  readonly danger?: boolean;
  readonly busy: boolean;
  /** Why the server refused, or null; `failed` says what did not happen: "The token was not made". */
  readonly error: unknown;
  readonly failed: string;
  /** Not called while it is busy. */
  readonly onSend: () => void;
  readonly children: ReactNode;
}

export function FormDialog(props: FormDialogProps): ReactElement {
  const {
    onClose,
    title,
    description,
    action,
    danger = false,
    busy,
    error,
    failed,
    onSend,
    children,
  } = props;
  const id = useId();
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      {...(description === undefined ? {} : { description })}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} look={danger ? "danger" : "primary"} busy={busy}>
            {action}
          </Button>
        </>
      }
    >
      <form
        id={id}
        // Said beside the fields, in our words and not in the browser's.
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) onSend();
        }}
      >
        {error !== null && <FailedState error={error} title={failed} />}
        {children}
      </form>
    </Dialog>
  );
}
