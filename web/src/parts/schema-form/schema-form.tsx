/**
 * A form made from the JSON Schema of a policy type's options. Holds no value of its own: `value` and `onChange` are the page's.
 * `startValues(readSchema(schema))` is what to begin with, `checkValues` what is wrong before the server is asked.
 */
import { useMemo, type ReactElement } from "react";
import type { FormErrors, FormValues } from "./check-values.ts";
import { readSchema } from "./read-schema.ts";
import { SchemaFields } from "./schema-fields.tsx";

export interface SchemaFormProps {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly value: FormValues;
  readonly onChange: (value: FormValues) => void;
  /** By path with dots, from the top of the options; see `errorsBelow`. */
  readonly errors?: FormErrors;
  readonly disabled?: boolean;
}

export function SchemaForm({
  schema,
  value,
  onChange,
  errors = {},
  disabled = false,
}: SchemaFormProps): ReactElement {
  const fields = useMemo(() => readSchema(schema), [schema]);
  if (fields.length === 0)
    return <p className="text-muted">There is nothing to choose for this type of policy.</p>;
  return (
    <SchemaFields fields={fields} value={value} onChange={onChange} errors={errors} disabled={disabled} />
  );
}
