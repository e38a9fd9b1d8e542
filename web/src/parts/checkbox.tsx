/** Yes or no, as part of a form that is sent later. For what happens at once, see `switch.tsx`. */
import { useId, type ReactElement } from "react";
import { describedBy, FieldError, type FieldProps } from "./field.tsx";

export interface CheckboxProps extends FieldProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Checkbox(props: CheckboxProps): ReactElement {
  const id = useId();
  const { label, hint, error = null, checked, disabled, onChange } = props;
  return (
    <div>
      <div className="flex items-start gap-2.5">
        <input
          id={id}
          type="checkbox"
          checked={checked}
          disabled={disabled}
          aria-describedby={describedBy(id, hint !== undefined, error !== null)}
          aria-invalid={error === null ? undefined : true}
          onChange={(event) => onChange(event.target.checked)}
          className="mt-0.5 size-4 shrink-0 accent-accent"
        />
        <div>
          <label htmlFor={id}>{label}</label>
          {hint !== undefined && (
            <div id={`${id}-hint`} className="text-sm text-muted">
              {hint}
            </div>
          )}
        </div>
      </div>
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}
