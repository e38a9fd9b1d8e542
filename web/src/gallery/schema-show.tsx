/** A form made from a schema. */
import { useState, type ReactElement } from "react";
import { Card } from "../parts/card.tsx";
import { checkValues, startValues } from "../parts/schema-form/check-values.ts";
import { readSchema } from "../parts/schema-form/read-schema.ts";
import { SchemaForm } from "../parts/schema-form/schema-form.tsx";

const schema = {
  type: "object",
  properties: {
    allowed_base_images: {
      type: "array",
      items: { type: "string", maxLength: 500 },
      default: ["*"],
      minItems: 1,
      description:
        "`*`, `docker.io/library/node:*-slim`, `ghcr.io/org/*`; a star ends at the character that follows it",
    },
    severities: {
      type: "array",
      items: { enum: ["critical", "high", "medium", "low", "unspecified"] },
      default: ["critical", "high"],
      minItems: 1,
    },
    fixable_only: {
      type: "boolean",
      default: true,
      description: "only vulnerabilities with a known fixed version",
    },
    grace_period_days: {
      type: "integer",
      minimum: 0,
      maximum: 36_500,
      default: 0,
      description: "days after publication in which a vulnerability is tolerated",
    },
    level: { enum: ["report", "warn", "block"], default: "warn" },
    scope: {
      type: "object",
      title: "Scope",
      properties: { note: { type: "string" }, weights: { type: "object", default: { a: 1 } } },
    },
  },
};
const fields = readSchema(schema);

export function SchemaShow(): ReactElement {
  const [value, setValue] = useState(() => startValues(fields));
  return (
    <Card title="A form from a schema">
      <div className="grid gap-6 lg:grid-cols-[2fr_1fr]">
        <SchemaForm schema={schema} value={value} onChange={setValue} errors={checkValues(fields, value)} />
        <pre className="overflow-auto rounded-md bg-sunken p-3 font-mono text-xs" data-form-value="">
          {JSON.stringify(value, null, 2)}
        </pre>
      </div>
    </Card>
  );
}
