/** docs/reference/schemas/: JSON Schemas of the JSON reports, from the wire shapes, and of the project file. */
import { z } from "zod";
import { reportSchemas } from "../../src/api/schemas.ts";
import { projectFileSchema } from "../../src/config/project-schema.ts";

/** File name and text of each schema. */
export function schemaFiles(): [string, string][] {
  const reports = Object.entries(reportSchemas).map(([name, schema]): [string, string] => [
    `${name}.schema.json`,
    `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`,
  ]);
  const project = { title: "Plimsoll project file", ...z.toJSONSchema(projectFileSchema, { io: "input" }) };
  return [...reports, ["plimsoll-yaml.schema.json", `${JSON.stringify(project, null, 2)}\n`]];
}
