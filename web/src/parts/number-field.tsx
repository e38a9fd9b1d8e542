/** A number. What is typed stays as it is typed; `onChange` tells the number, or null while it is none. */
import { useState, type ReactElement } from "react";
import { Field, inputClasses, type FieldProps } from "./field.tsx";

export interface NumberFieldProps extends FieldProps {
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly min?: number;
  readonly max?: number;
  /** 1 for whole numbers. */
  readonly step?: number;
  /** After the box: `days`. */
  readonly unit?: string;
}

export function NumberField(props: NumberFieldProps): ReactElement {
  const { value, onChange, min, max, step, unit } = props;
  const [typed, setTyped] = useState(value === null ? "" : String(value));
  // A value that came from elsewhere (a reset, a stored policy) replaces what is typed.
  const shown = readNumber(typed) === value ? typed : value === null ? "" : String(value);
  return (
    <Field {...props}>
      {(control) => (
        <div className="flex items-center gap-2">
          <input
            {...control}
            type="number"
            inputMode={step === 1 ? "numeric" : "decimal"}
            value={shown}
            min={min}
            max={max}
            step={step ?? "any"}
            disabled={props.disabled}
            onChange={(event) => {
              setTyped(event.target.value);
              onChange(readNumber(event.target.value));
            }}
            className={`${inputClasses} max-w-32 tabular-nums`}
          />
          {unit !== undefined && <span className="text-muted">{unit}</span>}
        </div>
      )}
    </Field>
  );
}

/** Null for an empty text and for what is no number. */
function readNumber(text: string): number | null {
  if (text.trim() === "") return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
