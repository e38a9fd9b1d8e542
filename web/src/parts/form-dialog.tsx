/**
 * A dialog with a form: fields, what the server refused above them, and a button that sends. Enter in a line sends too. What comes of
 * it may be shown in the place of the form, such as a token that is shown once.
 */
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
  readonly busy: boolean;
  /** Why the server refused, or null; `failed` says what did not happen: "The token was not made". */
  readonly error: unknown;
  readonly failed: string;
  /** Not called while it is busy. */
  readonly onSend: () => void;
  /** Shown instead of the form when it was sent; null: not yet. */
  readonly result?: ReactNode;
  readonly children: ReactNode;
}

export function FormDialog(props: FormDialogProps): ReactElement {
  const { onClose, title, description, result = null, children } = props;
  const id = useId();
  return (
    // One dialog all along, so that the focus goes back to where it came from when it is closed.
    <Dialog
      open
      onClose={onClose}
      title={title}
      {...(description === undefined ? {} : { description })}
      footer={
        result === null ? (
          <FormButtons {...props} form={id} />
        ) : (
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        )
      }
    >
      {result ?? (
        <Form {...props} id={id}>
          {children}
        </Form>
      )}
    </Dialog>
  );
}

function FormButtons({ onClose, action, busy, form }: FormDialogProps & { form: string }): ReactElement {
  return (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button type="submit" form={form} look="primary" busy={busy}>
        {action}
      </Button>
    </>
  );
}

function Form({ id, busy, error, failed, onSend, children }: FormDialogProps & { id: string }): ReactElement {
  return (
    <form
      id={id}
      // What is wrong is said beside the fields, in our words and not in the browser's.
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
  );
}
