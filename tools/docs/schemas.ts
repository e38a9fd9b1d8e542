/** docs/reference/schemas/: JSON Schemas of the JSON reports, from the wire shapes. */
import { z } from "zod";
import { reportSchemas } from "../../src/api/schemas.ts";

/** File name and text of each schema. */
export function schemaFiles(): [string, string][] {
  return Object.entries(reportSchemas).map(([name, schema]) => [
    `${name}.schema.json`,
    `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`,
  ]);
}
