/** One of a few. The browser's own list: every keyboard, reader and phone knows it. */
import type { ReactElement } from "react";
import { printable } from "../display/printable.ts";
import { Field, inputClasses, type FieldProps } from "./field.tsx";

export interface SelectProps<Value extends string> extends FieldProps {
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
}

export function Select<Value extends string>(props: SelectProps<Value>): ReactElement {
  return (
    <Field {...props}>
      {(control) => (
        <select
          {...control}
          value={props.value}
          disabled={props.disabled}
          onChange={(event) => props.onChange(event.target.value as Value)}
          className={`${inputClasses} pr-8`}
        >
          {props.options.map(({ value, label }) => (
            <option key={value} value={value}>
              {printable(label, { charsMax: 120 })}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
