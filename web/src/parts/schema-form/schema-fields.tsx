/** The fields of a generated form, one part of ours for each kind. */
import { useState, type ReactElement } from "react";
import { Checkbox } from "../checkbox.tsx";
import { ChoiceList } from "../choice-list.tsx";
import { HintText } from "../hint-text.tsx";
import { NumberField } from "../number-field.tsx";
import { Select } from "../select.tsx";
import { TextField } from "../text-field.tsx";
import { TextListField } from "../text-list-field.tsx";
import type { FormErrors, FormValues } from "./check-values.ts";
import type { FormField } from "./read-schema.ts";
import { entryNoun } from "./words.ts";

interface FieldsProps {
  readonly fields: readonly FormField[];
  readonly value: FormValues;
  readonly onChange: (value: FormValues) => void;
  readonly errors: FormErrors;
  readonly disabled: boolean;
}

export function SchemaFields({ fields, value, onChange, errors, disabled }: FieldsProps): ReactElement {
  const change = (name: string, next: unknown): void => {
    const { [name]: _before, ...others } = value;
    onChange(next === undefined ? others : { ...value, [name]: next });
  };
  return (
    <div className="space-y-5">
      {fields.map((field) => (
        <SchemaField
          key={field.name}
          field={field}
          value={value[field.name]}
          onChange={(next) => change(field.name, next)}
          errors={errors}
          disabled={disabled}
        />
      ))}
    </div>
  );
}

interface FieldProps<Kind extends FormField["kind"] = FormField["kind"]> {
  readonly field: Extract<FormField, { kind: Kind }>;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly errors: FormErrors;
  readonly disabled: boolean;
}

function SchemaField(props: FieldProps): ReactElement {
  const { field, value, onChange, errors, disabled } = props;
  const shared = {
    label: field.label,
    ...(field.hint === null ? {} : { hint: <HintText text={field.hint} /> }),
    error: errors[field.path.join(".")] ?? null,
    required: field.required,
    disabled,
  };
  switch (field.kind) {
    case "boolean":
      return <Checkbox {...shared} checked={value === true} onChange={onChange} />;
    case "number":
      return (
        <NumberField
          {...shared}
          value={typeof value === "number" ? value : null}
          onChange={(next) => onChange(next ?? (field.nullable ? null : undefined))}
          {...(field.min === null ? {} : { min: field.min })}
          {...(field.max === null ? {} : { max: field.max })}
          {...(field.whole ? { step: 1 } : {})}
          {...(field.unit === null ? {} : { unit: field.unit })}
        />
      );
    case "choice":
      return <ChoiceField {...props} field={field} shared={shared} />;
    case "choices":
      return <ChoiceList {...shared} options={field.choices} chosen={texts(value)} onChange={onChange} />;
    case "texts":
      return <TextsField {...props} field={field} shared={shared} />;
    case "group":
      return <GroupField {...props} field={field} />;
    case "text":
      return (
        <TextField
          {...shared}
          value={typeof value === "string" ? value : ""}
          onChange={(next) =>
            onChange(next === "" && !field.required ? (field.nullable ? null : undefined) : next)
          }
          {...(field.rules.lengthMax === null ? {} : { lengthMax: field.rules.lengthMax })}
        />
      );
    case "json":
      return <JsonField {...shared} value={value} onChange={onChange} />;
  }
}

interface Shared {
  readonly label: string;
  readonly hint?: ReactElement;
  readonly error: string | null;
  readonly required: boolean;
  readonly disabled: boolean;
}

function ChoiceField({
  field,
  value,
  onChange,
  shared,
}: FieldProps<"choice"> & { shared: Shared }): ReactElement {
  const none = field.nullable || !field.required ? [{ value: "", label: "Not set" }] : [];
  return (
    <Select
      {...shared}
      value={typeof value === "string" ? value : ""}
      options={[...none, ...field.choices]}
      onChange={(next) => onChange(next === "" ? (field.nullable ? null : undefined) : next)}
    />
  );
}

function TextsField(props: FieldProps<"texts"> & { shared: Shared }): ReactElement {
  const { field, value, onChange, errors, shared } = props;
  const at = field.path.join(".");
  const values = texts(value);
  const entryErrors = Object.fromEntries(
    values.flatMap((_, index) => {
      const error = errors[`${at}.${index}`];
      return error === undefined ? [] : [[index, error]];
    }),
  );
  return (
    <TextListField
      {...shared}
      noun={entryNoun(field.name)}
      values={values}
      entryErrors={entryErrors}
      onChange={onChange}
      {...(field.entry.lengthMax === null ? {} : { lengthMax: field.entry.lengthMax })}
    />
  );
}

function GroupField({ field, value, onChange, errors, disabled }: FieldProps<"group">): ReactElement {
  return (
    <fieldset className="rounded-md border border-line p-4">
      <legend className="px-1 font-medium">{field.label}</legend>
      {field.hint !== null && (
        <div className="mb-3 text-sm text-muted">
          <HintText text={field.hint} />
        </div>
      )}
      <SchemaFields
        fields={field.fields}
        value={typeof value === "object" && value !== null ? (value as FormValues) : {}}
        onChange={onChange}
        errors={errors}
        disabled={disabled}
      />
    </fieldset>
  );
}

/** For what no other field can hold. What is no JSON yet stays in the box and changes nothing. */
function JsonField({
  value,
  onChange,
  error,
  ...shared
}: Shared & Pick<FieldProps, "value" | "onChange">): ReactElement {
  const [typed, setTyped] = useState(() => (value === undefined ? "" : JSON.stringify(value, null, 2)));
  const [broken, setBroken] = useState(false);
  const change = (text: string): void => {
    setTyped(text);
    try {
      const next: unknown = text.trim() === "" ? undefined : JSON.parse(text);
      setBroken(false);
      onChange(next);
    } catch {
      setBroken(true);
    }
  };
  return (
    <TextField
      {...shared}
      lines={6}
      mono
      value={typed}
      onChange={change}
      error={broken ? "This is no JSON; it changes nothing until it is." : error}
    />
  );
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
