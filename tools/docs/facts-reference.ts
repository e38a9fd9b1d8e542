/** docs/reference/facts.md from the published shape of the facts that custom policies judge. */
import { z } from "zod";
import { FACTS_VERSION, factsSchema } from "../../src/policies/facts-schema.ts";

interface Schema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

/** The page as Markdown. */
export function factsReference(): string {
  const { properties = {} } = z.toJSONSchema(factsSchema) as Schema;
  const rows = Object.entries(properties).flatMap(([name, schema]) => rowsOf(name, schema));
  return `# Facts

<!-- Made from src/policies/facts-schema.ts by npm run docs. Do not edit. -->

What custom policies judge, version ${FACTS_VERSION}: each top-level field is a variable of a CEL expression. Fields are added within a
version, and never renamed or removed. The same as JSON Schema: [schemas/facts.schema.json](schemas/facts.schema.json). How to write
rules: [the guide](../guide/custom-policies.md).

A fact that cannot be known is null, and \`missing\` says why under its name. A rule that reads such a fact is \`no_data\` with that
reason, unless the policy lists it under \`optional\`. Facts marked "asked" are found out only when a policy asks for them.

| field | type | meaning |
|---|---|---|
${rows.join("\n")}
`;
}

function rowsOf(path: string, schema: Schema): string[] {
  const { inner, isNullable } = withoutNull(schema);
  const meaning = schema.description ?? inner.description ?? "";
  const row = `| \`${path}\` | ${typeOf(inner)}${isNullable ? " or null" : ""} | ${meaning} |`;
  const element = inner.type === "array" ? withoutNull(inner.items ?? {}).inner : inner;
  const prefix = inner.type === "array" ? `${path}[]` : path;
  const inside = Object.entries(element.properties ?? {});
  return [row, ...inside.flatMap(([name, field]) => rowsOf(`${prefix}.${name}`, field))];
}

function withoutNull(schema: Schema): { readonly inner: Schema; readonly isNullable: boolean } {
  if (Array.isArray(schema.type)) {
    const [type] = (schema.type as readonly string[]).filter((each) => each !== "null");
    return { inner: { ...schema, type: type ?? "" }, isNullable: true };
  }
  const others = (schema.anyOf ?? []).filter(({ type }) => type !== "null");
  return others[0] === undefined
    ? { inner: schema, isNullable: false }
    : { inner: others[0], isNullable: true };
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((word) => `\`${word}\``).join(", ");
  if (schema.type === "array") return `list of ${typeOf(withoutNull(schema.items ?? {}).inner)}`;
  if (schema.type === "object") return schema.properties === undefined ? "map of text" : "object";
  return { integer: "int", number: "double", string: "text", boolean: "bool" }[String(schema.type)] ?? "any";
}
