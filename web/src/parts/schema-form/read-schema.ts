/**
 * From the JSON Schema (2020-12) of a policy type's options to the fields of a form. What a form cannot show becomes a field of
 * JSON text, so that no option is out of reach. Understood: objects, texts, numbers, truth values, `enum`, `const`, `oneOf` or
 * `anyOf` of constants, lists of texts and of choices, "or null", and references within the document.
 */
import { nameInWords } from "./words.ts";

interface FieldBase {
  /** Keys from the top: `["scope", "repositories"]`. */
  readonly path: readonly string[];
  readonly name: string;
  readonly label: string;
  readonly hint: string | null;
  /** Must be there, and has no default. */
  readonly required: boolean;
  /** Undefined: none. */
  readonly standard: unknown;
  /** Null is a value of its own. */
  readonly nullable: boolean;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface TextRules {
  readonly lengthMin: number;
  readonly lengthMax: number | null;
  readonly pattern: string | null;
  readonly format: string | null;
}

export type FormField = FieldBase &
  (
    | { readonly kind: "text"; readonly rules: TextRules }
    | {
        readonly kind: "number";
        readonly whole: boolean;
        readonly min: number | null;
        readonly max: number | null;
        /** `days`, from the end of the name, where that is what is shown. */
        readonly unit: string | null;
      }
    | { readonly kind: "boolean" }
    | { readonly kind: "choice"; readonly choices: readonly Choice[] }
    | {
        readonly kind: "texts";
        readonly entry: TextRules;
        readonly countMin: number;
        readonly countMax: number | null;
      }
    | { readonly kind: "choices"; readonly choices: readonly Choice[]; readonly countMin: number }
    | { readonly kind: "group"; readonly fields: readonly FormField[] }
    | { readonly kind: "json" }
  );

/** A part of a JSON Schema as it was parsed; nothing about it is known. */
type Schema = Readonly<Record<string, unknown>>;

/** Deeper ones become a field of JSON text. */
const DEPTH_MAX = 6;

/** The fields of an object's schema, in its order. Empty where there is nothing to choose. */
export function readSchema(schema: Schema): readonly FormField[] {
  return readProperties(schema, schema, []);
}

function readProperties(schema: Schema, root: Schema, path: readonly string[]): readonly FormField[] {
  const required = listOf(schema["required"]);
  return Object.entries(record(schema["properties"])).map(([name, property]) =>
    readField(record(property), root, [...path, name], required.includes(name)),
  );
}

function readField(given: Schema, root: Schema, path: readonly string[], required: boolean): FormField {
  const { schema, nullable } = withoutNull(resolve(given, root), root);
  const name = path.at(-1) ?? "";
  const standard = given["default"] ?? schema["default"];
  const base: FieldBase = {
    path,
    name,
    label: text(given["title"]) ?? text(schema["title"]) ?? nameInWords(nameOf(name, schema)),
    hint: sentence(text(given["description"]) ?? text(schema["description"])),
    required: required && standard === undefined,
    standard,
    nullable,
  };
  return { ...base, ...readKind(schema, root, path) } as FormField;
}

type Kind = {
  [K in FormField["kind"]]: Omit<Extract<FormField, { kind: K }>, keyof FieldBase>;
}[FormField["kind"]];

function readKind(schema: Schema, root: Schema, path: readonly string[]): Kind {
  const choices = readChoices(schema);
  if (choices !== null) return { kind: "choice", choices };
  switch (schema["type"]) {
    case "string":
      return { kind: "text", rules: readTextRules(schema) };
    case "boolean":
      return { kind: "boolean" };
    case "integer":
    case "number":
      return {
        kind: "number",
        whole: schema["type"] === "integer",
        min: number(schema["minimum"]),
        max: number(schema["maximum"]),
        // A title of its own says the unit itself.
        unit: schema["title"] === undefined ? (unitOf(path.at(-1) ?? "")?.unit ?? null) : null,
      };
    case "array":
      return readList(schema, root);
    case "object":
      if (path.length >= DEPTH_MAX || schema["properties"] === undefined) return { kind: "json" };
      return { kind: "group", fields: readProperties(schema, root, path) };
    default:
      return { kind: "json" };
  }
}

function readList(schema: Schema, root: Schema): Kind {
  const entry = resolve(record(schema["items"]), root);
  const countMin = number(schema["minItems"]) ?? 0;
  const choices = readChoices(entry);
  if (choices !== null) return { kind: "choices", choices, countMin };
  if (entry["type"] !== "string") return { kind: "json" };
  return { kind: "texts", entry: readTextRules(entry), countMin, countMax: number(schema["maxItems"]) };
}

/** Constants of text, in any of the ways they are written; null where it is something else. */
function readChoices(schema: Schema): readonly Choice[] | null {
  const values = schema["enum"] ?? (schema["const"] === undefined ? undefined : [schema["const"]]);
  if (Array.isArray(values))
    return values.every((value) => typeof value === "string")
      ? values.map((value) => ({ value, label: nameInWords(value) }))
      : null;
  const branches = schema["oneOf"] ?? schema["anyOf"];
  if (!Array.isArray(branches) || branches.length === 0) return null;
  const choices = branches.map((branch) => {
    const { const: value, title } = record(branch);
    return typeof value === "string" ? { value, label: text(title) ?? nameInWords(value) } : null;
  });
  return choices.every((choice) => choice !== null) ? choices : null;
}

function readTextRules(schema: Schema): TextRules {
  return {
    lengthMin: number(schema["minLength"]) ?? 0,
    lengthMax: number(schema["maxLength"]),
    pattern: text(schema["pattern"]),
    format: text(schema["format"]),
  };
}

/** Takes "or null" off: `anyOf: [X, { type: "null" }]` or `type: ["string", "null"]`. */
function withoutNull(schema: Schema, root: Schema): { schema: Schema; nullable: boolean } {
  const types = schema["type"];
  if (Array.isArray(types) && types.length === 2 && types.includes("null"))
    return { schema: { ...schema, type: types.find((type) => type !== "null") }, nullable: true };
  const branches = schema["anyOf"];
  if (!Array.isArray(branches)) return { schema, nullable: false };
  const others = branches.map(record).filter((branch) => branch["type"] !== "null");
  const [only] = others;
  if (only === undefined || others.length !== 1 || others.length === branches.length)
    return { schema, nullable: false };
  return { schema: resolve(only, root), nullable: true };
}

/** Follows `#/$defs/NAME`, a few steps at most; anything else stays as it is. */
function resolve(schema: Schema, root: Schema): Schema {
  let found = schema;
  for (let step = 0; step < DEPTH_MAX; step += 1) {
    const name = /^#\/\$defs\/([^/]+)$/.exec(text(found["$ref"]) ?? "")?.[1];
    if (name === undefined) return found;
    const { $ref: _ref, ...beside } = found;
    found = { ...record(record(root["$defs"])[name]), ...beside };
  }
  return {};
}

/** `grace_period_days` of a number -> `grace_period`: the unit stands beside the box. */
function nameOf(name: string, schema: Schema): string {
  const isNumber = schema["type"] === "integer" || schema["type"] === "number";
  return (isNumber ? unitOf(name)?.name : undefined) ?? name;
}

function unitOf(name: string): { name: string; unit: string } | null {
  const found = /^(.+)_(days|hours|minutes|seconds|percent)$/.exec(name);
  return found === null ? null : { name: found[1] ?? name, unit: found[2] ?? "" };
}

/** Descriptions in schemas begin in lower case, hints of a form in upper case. */
function sentence(words: string | null): string | null {
  return words === null ? null : words.charAt(0).toUpperCase() + words.slice(1);
}

function record(value: unknown): Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === "number" && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : null;
}
