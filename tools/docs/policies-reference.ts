/** docs/reference/policies.md from the policy types and the built-in policies. */
import { builtInPolicies, knownPolicies, optionalPolicies } from "../../src/policies/definitions.ts";
import { optionSchemaOf, type OptionProperty } from "../../src/policies/option-schema.ts";
import { policyTypes } from "../../src/policies/policy-types.ts";

/** The page as Markdown. */
export function policiesReference(): string {
  const total = builtInPolicies.reduce((sum, policy) => sum + policy.weight, 0);
  const rows = builtInPolicies.map(row);
  return `# Policies

<!-- Made from src/policies by npm run docs. Do not edit. -->

| id | title | type | weight |
|---|---|---|---|
${rows.join("\n")}

The weights add up to ${total}. A policy that is met earns its weight; \`not_met\` and \`no_data\` earn nothing and stay in the
total; weight 0 is evaluated but not scored. The grade follows from earned / total: above 90 % A, above 70 % B, above 50 % C,
above 30 % D, above 10 % E, else F. The bounds are exclusive: exactly 90 % is B.

\`--policy-config\` takes a JSON file: \`{ "debug": false, "policies": [{ "name": "fixable-vulnerabilities", "enabled": true,
"weight": 30, "config": { "fixable_only": false } }] }\`. A policy that is not listed keeps its defaults. An entry with a \`type\`
is a policy of its own: \`{ "id": "shop-bases", "type": "approved-base-images", "name": "Bases of the shop", "effect": "warn", "config":
{ "allowed_base_images": ["ghcr.io/acme/shop-*"] } }\`. See [the guide](../guide/policies.md).

These are evaluated when they are asked for, with \`"enabled": true\` in the configuration or by name with \`--only-policy\`, because
many ordinary images do not meet them or because something has to be set up first:

| id | title | type | weight |
|---|---|---|---|
${optionalPolicies.map(row).join("\n")}

A policy is a configured instance of a type. An organisation may have any number of policies of each type, with options of their
own: one list of base images for the shop, another for the tools.

${policyTypes.map((type) => typeSection(type)).join("\n\n")}
`;
}

function row({ id, title, type, weight }: (typeof builtInPolicies)[number]): string {
  return `| \`${id}\` | ${title} | \`${type}\` | ${weight} |`;
}

function typeSection(type: (typeof policyTypes)[number]): string {
  const uses = knownPolicies.filter((policy) => policy.type === type.id).map((policy) => `\`${policy.id}\``);
  const options = Object.entries(optionSchemaOf(type.id).properties).map(
    ([name, option]) =>
      `| \`${name}\` | ${typeWords(option)} | ${defaultWords(option)} | ${option.description} |`,
  );
  const table =
    options.length === 0
      ? "No options."
      : `| option | type | default | meaning |\n|---|---|---|---|\n${options.join("\n")}`;
  return `## Type \`${type.id}\`: ${type.title}

${type.description}${uses.length === 0 ? "" : ` Used by ${uses.join(", ")}.`} ${needsWords(type.needs)}

${table}`;
}

function typeWords(option: OptionProperty): string {
  const values = (option.items?.["enum"] ?? option["enum"]) as readonly unknown[] | undefined;
  const words = option.type === "array" ? `list of ${String(option.items?.["type"])}` : option.type;
  return values === undefined
    ? words
    : `${words}: ${values.map((value) => `\`${String(value)}\``).join(", ")}`;
}

function defaultWords(option: OptionProperty): string {
  const text = JSON.stringify(option.default);
  return text.length > 300
    ? `${(option.default as unknown[]).length} entries, see \`plimsoll policy --list\``
    : `\`${text}\``;
}

function needsWords(needs: readonly string[]): string {
  if (needs.length === 0) return "Needs no fact that may be missing.";
  return `Needs: ${needs.join(", ")}; without it the\nresult is \`no_data\`.`;
}
