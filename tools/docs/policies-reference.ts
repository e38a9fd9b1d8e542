/** docs/reference/policies.md from the policy types and the built-in policies. */
import { z } from "zod";
import { builtInPolicies } from "../../src/policies/definitions.ts";
import { policyTypes } from "../../src/policies/policy-types.ts";

interface OptionSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: { readonly type?: string; readonly enum?: readonly unknown[] };
}

/** The page as Markdown. */
export function policiesReference(): string {
  const total = builtInPolicies.reduce((sum, policy) => sum + policy.weight, 0);
  const rows = builtInPolicies.map(
    (policy) => `| \`${policy.id}\` | ${policy.title} | \`${policy.type}\` | ${policy.weight} |`,
  );
  return `# Policies

<!-- Made from src/policies by npm run docs. Do not edit. -->

| id | title | type | weight |
|---|---|---|---|
${rows.join("\n")}

The weights add up to ${total}. A policy that is met earns its weight; \`not_met\` and \`no_data\` earn nothing and stay in the
total; weight 0 is evaluated but not scored. The grade follows from earned / total: above 90 % A, above 70 % B, above 50 % C,
above 30 % D, above 10 % E, else F. The bounds are exclusive: exactly 90 % is B.

\`--policy-config\` takes a JSON file: \`{ "debug": false, "policies": [{ "name": "fixable-vulnerabilities", "enabled": true,
"weight": 30, "config": { "fixable_only": false } }] }\`. A policy that is not listed keeps its defaults.

${policyTypes.map((type) => typeSection(type)).join("\n\n")}
`;
}

function typeSection(type: (typeof policyTypes)[number]): string {
  const schema = z.toJSONSchema(type.options, { io: "input" }) as {
    properties?: Record<string, OptionSchema>;
  };
  const uses = builtInPolicies
    .filter((policy) => policy.type === type.id)
    .map((policy) => `\`${policy.id}\``);
  const options = Object.entries(schema.properties ?? {}).map(
    ([name, option]) =>
      `| \`${name}\` | ${typeWords(option)} | ${defaultWords(option)} | ${option.description ?? ""} |`,
  );
  const table =
    options.length === 0
      ? "No options."
      : `| option | type | default | meaning |\n|---|---|---|---|\n${options.join("\n")}`;
  return `## Type \`${type.id}\`: ${type.title}

${type.description} Used by ${uses.join(", ") || "no built-in policy"}. Needs: ${type.needs.join(", ") || "nothing"}; without it the
result is \`no_data\`.

${table}`;
}

function typeWords(option: OptionSchema): string {
  const values = option.enum ?? option.items?.enum;
  const words =
    option.type === "array" ? `list of ${option.items?.type ?? "values"}` : (option.type ?? "value");
  return values === undefined
    ? words
    : `${words}: ${values.map((value) => `\`${String(value)}\``).join(", ")}`;
}

function defaultWords(option: OptionSchema): string {
  if (option.default === undefined) return "";
  const text = JSON.stringify(option.default);
  return text.length > 300
    ? `${(option.default as unknown[]).length} entries, see \`plimsoll policy --list\``
    : `\`${text}\``;
}
