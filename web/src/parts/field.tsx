/** What every field of a form has around it: label, hint, error. The field itself gets the ids that tie them together. */
import { useId, type ReactElement, type ReactNode } from "react";
import { printable } from "../display/printable.ts";
import { Icon } from "./icon.tsx";

/** Properties that all fields share. */
export interface FieldProps {
  readonly label: string;
  /** Leaves the label to readers of the screen, where the place says what it is: a cell of a table. */
  readonly hideLabel?: boolean;
  /** What to write, and what comes of it. */
  readonly hint?: ReactNode;
  /** What is wrong; null or absent: nothing. */
  readonly error?: string | null;
  readonly required?: boolean;
  readonly disabled?: boolean;
}

/** What the control inside must carry. */
export interface ControlProps {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
  readonly "aria-required": true | undefined;
}

/** Classes of a box that takes text. */
export const inputClasses =
  "min-h-9 w-full rounded-md border border-line-strong bg-surface px-2.5 text-base text-text placeholder:text-muted disabled:bg-sunken disabled:text-muted aria-invalid:border-not-met";

export function Field(props: FieldProps & { children: (control: ControlProps) => ReactNode }): ReactElement {
  const id = useId();
  const { label, hideLabel = false, hint, error = null, required = false } = props;
  const described = describedBy(id, hint !== undefined, error !== null);
  return (
    <div className="space-y-1">
      <label htmlFor={id} className={hideLabel ? "sr-only" : "block font-medium"}>
        {label}
        {required && <span className="font-normal text-muted"> (required)</span>}
      </label>
      {hint !== undefined && (
        <div id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </div>
      )}
      {/* One box: space below the control is there only with an error, so that controls in a row end on one line. */}
      <div>
        {props.children({
          id,
          "aria-describedby": described,
          "aria-invalid": error === null ? undefined : true,
          "aria-required": required || undefined,
        })}
        <FieldError id={`${id}-error`} error={error} />
      </div>
    </div>
  );
}

/** Space is made for it only when there is one; read aloud when it comes. */
export function FieldError({ id, error }: { id: string; error: string | null }): ReactElement {
  return (
    <div id={id} aria-live="polite">
      {error !== null && (
        <p className="mt-1 flex items-start gap-1.5 text-sm text-not-met">
          <Icon name="alert" className="mt-px size-3.5" />
          <span className="[overflow-wrap:anywhere]">{printable(error)}</span>
        </p>
      )}
    </div>
  );
}

/** Value of `aria-describedby` for a field with this id. */
export function describedBy(id: string, hasHint: boolean, hasError: boolean): string | undefined {
  const ids = [hasHint ? `${id}-hint` : "", hasError ? `${id}-error` : ""].filter((part) => part !== "");
  return ids.length === 0 ? undefined : ids.join(" ");
}
