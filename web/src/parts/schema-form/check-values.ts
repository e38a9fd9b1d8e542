/**
 * What is wrong with what was filled in, by path, before the server is asked; and what a form starts with. The server checks
 * again, and its word counts.
 */
import type { FormField, TextRules } from "./read-schema.ts";

/** Options as they are sent. */
export type FormValues = Readonly<Record<string, unknown>>;
/** Path with dots (`scope.repositories.0`) -> what is wrong. */
export type FormErrors = Readonly<Record<string, string>>;

/** The defaults of the fields. What has none and need not be there is left out. */
export function startValues(fields: readonly FormField[]): FormValues {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const value = startValue(field);
    if (value !== undefined) values[field.name] = value;
  }
  return values;
}

function startValue(field: FormField): unknown {
  if (field.standard !== undefined) return structuredClone(field.standard);
  if (field.nullable) return null;
  if (field.kind === "group") return startValues(field.fields);
  if (!field.required) return undefined;
  if (field.kind === "texts" || field.kind === "choices") return [];
  if (field.kind === "boolean") return false;
  return field.kind === "text" ? "" : undefined;
}

/** Empty: nothing is wrong. */
export function checkValues(fields: readonly FormField[], values: FormValues): FormErrors {
  const errors: Record<string, string> = {};
  for (const field of fields) Object.assign(errors, checkField(field, values[field.name]));
  return errors;
}

function checkField(field: FormField, value: unknown): FormErrors {
  const at = field.path.join(".");
  if (value === undefined) return field.required ? { [at]: "This is needed." } : {};
  if (value === null) return field.nullable ? {} : { [at]: "This is needed." };
  switch (field.kind) {
    case "text":
      return only(at, field.required && value === "" ? "This is needed." : checkText(field.rules, value));
    case "number":
      return only(at, checkNumber(field, value));
    case "choice":
      return only(at, field.choices.some((choice) => choice.value === value) ? null : "Choose one.");
    case "choices":
      return only(at, checkCount(value, field.countMin, null));
    case "texts":
      return checkTexts(field, value);
    case "group":
      return checkValues(field.fields, value as FormValues);
    case "boolean":
    case "json":
      return {};
  }
}

function checkTexts(field: Extract<FormField, { kind: "texts" }>, value: unknown): FormErrors {
  const at = field.path.join(".");
  const errors: Record<string, string> = { ...only(at, checkCount(value, field.countMin, field.countMax)) };
  for (const [index, entry] of (Array.isArray(value) ? (value as unknown[]) : []).entries())
    Object.assign(errors, only(`${at}.${index}`, checkText(field.entry, entry)));
  return errors;
}

function checkCount(value: unknown, min: number, max: number | null): string | null {
  const count = Array.isArray(value) ? value.length : 0;
  if (count < min) return min === 1 ? "At least one is needed." : `At least ${min} are needed.`;
  return max !== null && count > max ? `At most ${max} are allowed.` : null;
}

function checkText(rules: TextRules, value: unknown): string | null {
  if (typeof value !== "string") return "Write a text.";
  const length = [...value].length;
  if (length < rules.lengthMin)
    return rules.lengthMin === 1 ? "Write something." : `At least ${rules.lengthMin} characters.`;
  if (rules.lengthMax !== null && length > rules.lengthMax) return `At most ${rules.lengthMax} characters.`;
  if (rules.pattern !== null && !matches(rules.pattern, value)) return "This is not written as it should be.";
  return null;
}

/** The pattern is the server's own; one that this browser cannot read is left to the server. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true;
  }
}

function checkNumber(field: Extract<FormField, { kind: "number" }>, value: unknown): string | null {
  if (typeof value !== "number") return "Write a number.";
  if (field.whole && !Number.isInteger(value)) return "Write a whole number.";
  if (field.min !== null && value < field.min) return `At least ${field.min}.`;
  return field.max !== null && value > field.max ? `At most ${field.max}.` : null;
}

function only(path: string, error: string | null): FormErrors {
  return error === null ? {} : { [path]: error };
}

/** Errors below `prefix` (`config`), with it taken off: the server names the path from the top of the request. */
export function errorsBelow(prefix: string, errors: FormErrors): FormErrors {
  return Object.fromEntries(
    Object.entries(errors)
      .filter(([path]) => path.startsWith(`${prefix}.`))
      .map(([path, error]) => [path.slice(prefix.length + 1), error]),
  );
}
