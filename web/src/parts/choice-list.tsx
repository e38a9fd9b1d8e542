/** Several of a few, as a group of checkboxes. */
import { useId, type ReactElement } from "react";
import { Checkbox } from "./checkbox.tsx";
import { describedBy, FieldError, type FieldProps } from "./field.tsx";

export interface ChoiceListProps extends FieldProps {
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly chosen: readonly string[];
  /** One a line, for options that are sentences. */
  readonly stacked?: boolean;
  readonly onChange: (chosen: readonly string[]) => void;
}

export function ChoiceList(props: ChoiceListProps): ReactElement {
  const id = useId();
  const { label, hint, error = null, options, chosen, disabled = false, stacked = false, onChange } = props;
  // In the order of the options, so that the same choice is always the same value.
  const toggle = (value: string, on: boolean): void =>
    onChange(
      options.map((option) => option.value).filter((each) => (each === value ? on : chosen.includes(each))),
    );
  return (
    <fieldset
      className="space-y-1"
      aria-describedby={describedBy(id, hint !== undefined, error !== null)}
      disabled={disabled}
    >
      <legend className="font-medium">{label}</legend>
      {hint !== undefined && (
        <div id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </div>
      )}
      <div className={`grid gap-x-5 gap-y-1.5 py-0.5 ${stacked ? "" : columns}`}>
        {options.map(({ value, label: words }) => (
          <Checkbox
            key={value}
            label={words}
            checked={chosen.includes(value)}
            onChange={(on) => toggle(value, on)}
          />
        ))}
      </div>
      <FieldError id={`${id}-error`} error={error} />
    </fieldset>
  );
}

const columns = "grid-cols-[repeat(auto-fill,minmax(min(100%,11rem),1fr))]";
