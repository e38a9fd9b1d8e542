/** The facts' fields as far as a misspelt one can be told from them. */
import { z } from "zod";
import { factsSchema } from "../facts-schema.ts";

export type Shape =
  /** `fields` null: any name, each of the shape `of`. */
  | { readonly kind: "object"; readonly fields: ReadonlyMap<string, Shape> | null; readonly of: Shape }
  | { readonly kind: "list"; readonly of: Shape }
  | { readonly kind: "any" };

export const anyShape: Shape = Object.freeze({ kind: "any" });

interface JsonSchema {
  readonly anyOf?: readonly JsonSchema[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
}

/** Every variable of an expression, by name. */
export const variableShapes: ReadonlyMap<string, Shape> = fieldsOf(z.toJSONSchema(factsSchema) as JsonSchema);

function fieldsOf({ properties = {} }: JsonSchema): ReadonlyMap<string, Shape> {
  return new Map(Object.entries(properties).map(([name, schema]) => [name, shapeOf(schema)]));
}

function shapeOf(schema: JsonSchema): Shape {
  // A nullable field is a choice between null and something.
  const [only, ...others] = (schema.anyOf ?? []).filter(({ type }) => type !== "null");
  if (only !== undefined) return others.length === 0 ? shapeOf(only) : anyShape;
  if (schema.type === "array") return { kind: "list", of: shapeOf(schema.items ?? {}) };
  if (schema.type !== "object") return anyShape;
  if (schema.properties !== undefined) return { kind: "object", fields: fieldsOf(schema), of: anyShape };
  const of =
    typeof schema.additionalProperties === "object" ? shapeOf(schema.additionalProperties) : anyShape;
  return { kind: "object", fields: null, of };
}
