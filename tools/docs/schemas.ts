/** docs/reference/schemas/: JSON Schemas of the JSON reports, from the wire shapes, and of the project file. */
import { z } from "zod";
import { reportSchemas } from "../../src/api/schemas.ts";
import { projectJsonSchema } from "../../src/config/project-text.ts";

/** File name and text of each schema. */
export function schemaFiles(): [string, string][] {
  const reports = Object.entries(reportSchemas).map(([name, schema]): [string, string] => [
    `${name}.schema.json`,
    `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`,
  ]);
  return [...reports, ["plimsoll-yaml.schema.json", `${JSON.stringify(projectJsonSchema(), null, 2)}\n`]];
}
