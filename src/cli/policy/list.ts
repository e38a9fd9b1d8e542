/** `plimsoll policy --list`: the policies as they are configured, before anything is judged. */
import type { PolicyListReport } from "../../api/policy-reports.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import { readOptions } from "../../policies/policy-types.ts";
import type { PolicyDefinition } from "../../policies/types.ts";
import type { CliContext } from "../context.ts";

/** The list as text, or as JSON where `format` says so. */
export function listPolicies(
  { version }: Pick<CliContext, "version">,
  policies: readonly PolicyDefinition[],
  format: string,
): string {
  if (format === "json") return jsonText(toReport(version, policies));
  const lines = policies.flatMap((row) => [
    `${row.id}  (${row.title})`,
    `  type ${row.type}, weight ${row.weight}, ${row.enabled ? "enabled" : "disabled"}, effect ${row.effect ?? "block"}`,
    ...(row.description === undefined ? [] : [`  ${printable(row.description, 4000)}`]),
    `  ${JSON.stringify(optionsOf(row))}`,
  ]);
  return `${lines.join("\n")}\n`;
}

/** Every option: as the policy sets it, else its default. */
function optionsOf(policy: PolicyDefinition): Record<string, unknown> {
  return { ...(readOptions(policy, policy.id).options as Record<string, unknown>), ...policy.config };
}

function toReport(version: string, policies: readonly PolicyDefinition[]): PolicyListReport {
  return {
    schema: "urn:plimsoll:report:policy-list:1",
    tool: { name: "plimsoll", version },
    policies: policies.map((policy) => ({
      id: policy.id,
      title: policy.title,
      description: policy.description ?? null,
      type: policy.type,
      enabled: policy.enabled,
      effect: policy.effect ?? "block",
      weight: policy.weight,
      config: optionsOf(policy),
      origin: policy.program?.origin ?? null,
      unusable: policy.program?.reason ?? null,
    })),
  };
}
