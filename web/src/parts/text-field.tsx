/** A line of text, or several (`lines`). */
import type { HTMLInputAutoCompleteAttribute, ReactElement } from "react";
import { Field, inputClasses, type FieldProps } from "./field.tsx";

export interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: "text" | "password" | "url" | "search" | "date";
  readonly placeholder?: string;
  readonly autoComplete?: HTMLInputAutoCompleteAttribute;
  readonly mono?: boolean;
  readonly lengthMax?: number;
  /** Height in lines; more than one makes it a box for several. */
  readonly lines?: number;
  readonly name?: string;
}

export function TextField(props: TextFieldProps): ReactElement {
  const { value, onChange, type = "text", lines = 1, mono = false, lengthMax, autoComplete = "off" } = props;
  const classes = `${inputClasses} ${mono ? "font-mono" : ""}`;
  return (
    <Field {...props}>
      {(control) =>
        lines > 1 ? (
          <textarea
            {...control}
            name={props.name}
            value={value}
            rows={lines}
            maxLength={lengthMax}
            placeholder={props.placeholder}
            disabled={props.disabled}
            onChange={(event) => onChange(event.target.value)}
            className={`${classes} py-1.5`}
          />
        ) : (
          <input
            {...control}
            name={props.name}
            type={type}
            value={value}
            maxLength={lengthMax}
            placeholder={props.placeholder}
            disabled={props.disabled}
            autoComplete={autoComplete}
            spellCheck={mono ? false : undefined}
            onChange={(event) => onChange(event.target.value)}
            className={classes}
          />
        )
      }
    </Field>
  );
}
