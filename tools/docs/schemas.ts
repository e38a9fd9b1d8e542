/** docs/reference/schemas/: JSON Schemas of the JSON reports, from the wire shapes, and of the project file. */
import { z } from "zod";
import { commandSchemas } from "../../src/api/command-schemas.ts";
import { reportSchemas } from "../../src/api/schemas.ts";
import { factsSchema } from "../../src/policies/facts-schema.ts";
import { applyJsonSchema } from "../../src/api/apply-file.ts";
import { projectJsonSchema } from "../../src/config/project-text.ts";

/** File name and text of each schema. */
export function schemaFiles(): [string, string][] {
  const reports = Object.entries({ ...reportSchemas, ...commandSchemas }).map(
    ([name, schema]): [string, string] => [
      `${name}.schema.json`,
      `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`,
    ],
  );
  const facts = `${JSON.stringify(z.toJSONSchema(factsSchema), null, 2)}\n`;
  return [
    ...reports,
    ["facts.schema.json", facts],
    ["apply-file.schema.json", `${JSON.stringify(applyJsonSchema(), null, 2)}\n`],
    ["plimsoll-yaml.schema.json", `${JSON.stringify(projectJsonSchema(), null, 2)}\n`],
  ];
}
