/** `plimsoll policy explain`: what a policy asks, with its options, and what it says of an image where one is named. */
import type { PolicyExplainReport } from "../../api/policy-reports.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import type { PolicyResult } from "../../domain/policy.ts";
import { printable } from "../../domain/problem.ts";
import type { PolicyDefinition, PolicyType } from "../../policies/types.ts";
import { toResultView } from "../../reports/json/verdict-view.ts";
import type { CliContext } from "../context.ts";
import { judgePlatforms, type JudgeOptions } from "../judge-platforms.ts";
import { splitList, writeResult, type OutputOptions } from "../options/output.ts";
import { choosePolicies } from "../options/policy.ts";
import { checkFormat } from "./format.ts";

export interface PolicyExplainOptions extends JudgeOptions, OutputOptions {
  readonly policyConfig?: string;
}

/** @throws PlimsollError POLICY_UNKNOWN, USAGE for several platforms, and what judging the image throws */
export async function runPolicyExplain(
  context: CliContext,
  id: string,
  reference: string | undefined,
  options: PolicyExplainOptions,
): Promise<void> {
  if (splitList(options.platform).length > 1 || splitList(options.platform)[0] === "all") {
    throw new PlimsollError("USAGE", "policy explain takes one platform.");
  }
  checkFormat(options);
  const { findPolicy } = await import("../../policies/config.ts");
  const { getPolicyType } = await import("../../policies/policy-types.ts");
  const chosen = await choosePolicies(context, options);
  const policy = findPolicy(chosen.policies, id);
  const type = getPolicyType(policy.type);
  let result: PolicyResult | null = null;
  if (reference !== undefined) {
    const [row] = await judgePlatforms(context, reference, options, {
      ...chosen,
      policies: [{ ...policy, enabled: true }],
      debug: true,
      needFindings: type.needs.some((fact) => fact === "findings" || fact === "database"),
    });
    result = row?.analysis?.verdict?.results[0] ?? null;
  }
  const report = await toReport(context, { policy, type, result });
  await writeResult(context, options, options.format === "json" ? jsonText(report) : textOf(report));
}

async function toReport(
  context: CliContext,
  { policy, type, result }: { policy: PolicyDefinition; type: PolicyType; result: PolicyResult | null },
): Promise<PolicyExplainReport> {
  const { optionSchemaOf } = await import("../../policies/option-schema.ts");
  const { validatePolicy } = await import("../../policies/policy-types.ts");
  const { supplies } = await import("../../policies/shared/supply.ts");
  const values = validatePolicy(policy);
  const defaults = validatePolicy({ type: policy.type, config: {} });
  return {
    schema: "urn:plimsoll:report:policy-explain:1",
    tool: { name: "plimsoll", version: context.version },
    id: policy.id,
    title: policy.title,
    description: policy.description ?? type.description,
    type: type.id,
    typeTitle: type.title,
    typeDescription: type.description,
    specs: [...type.specs],
    enabled: policy.enabled,
    effect: policy.effect ?? "block",
    weight: policy.weight,
    needs: type.needs.map((fact) => ({ fact, supply: supplies[fact] })),
    asks: asksOf(policy, type),
    options: Object.entries(optionSchemaOf(type.id).properties).map(([name, option]) => ({
      name,
      title: option.title,
      description: option.description,
      value: values[name],
      isDefault: JSON.stringify(values[name]) === JSON.stringify(defaults[name]),
    })),
    result: result === null ? null : toResultView(result),
  };
}

function asksOf({ config }: PolicyDefinition, type: PolicyType): string[] {
  const options = type.options.safeParse(config);
  const compares = options.success && type.comparesFiles?.(options.data) === true;
  return [
    ...(type.examines === undefined ? [] : ["searches every file of the image, those of earlier layers too"]),
    ...(compares ? ["compares system files with their database, with --check-files"] : []),
    ...(type.asksQualityGate === true ? ["asks the quality gate that PLIMSOLL_SONARQUBE_URL names"] : []),
    ...(type.asksBaseAttestations === true ? ["asks the registry of the base image for attestations"] : []),
  ];
}

const effects = { report: "is reported", warn: "warns", block: "stops a gate" } as const;
/** Of a value, in characters: a list of hundreds of licences explains nothing. */
const VALUE_MAX = 200;

function textOf(report: PolicyExplainReport): string {
  const { id, title, description, type, weight, effect, needs, asks, options, specs, result } = report;
  const facts: readonly (readonly [string, string])[] = [
    ["type", `${type}: ${report.typeDescription}`],
    ["when not met", effects[effect]],
    ["weight", weight === 0 ? "0: not scored" : String(weight)],
    ["evaluated", report.enabled ? "always" : `when it is enabled or named: --only-policy ${id}`],
    ...asks.map((what) => ["asks", what] as const),
    ["see", specs.join(", ")],
  ];
  const lines = [
    `${title}  (${id})`,
    `  ${description}`,
    "",
    ...facts.map(([name, value]) => `  ${name.padEnd(13)} ${value}`),
    ...(needs.length === 0 ? [] : ["", "  No data without"]),
    ...needs.map(({ fact, supply }) => `    ${fact.padEnd(17)} ${supply}`),
    ...(options.length === 0 ? [] : ["", "  Options"]),
    ...options.flatMap(({ name, value, isDefault, description: words }) => [
      `    ${name} = ${cut(JSON.stringify(value))}${isDefault ? "" : "  (changed)"}`,
      `      ${words}`,
    ]),
    ...(result === null ? [] : ["", ...resultLines(result)]),
  ];
  return lines.map((line) => `${printable(line, 5000).trimEnd()}\n`).join("");
}

function resultLines(result: NonNullable<PolicyExplainReport["result"]>): readonly string[] {
  const words = { met: "met", not_met: "not met", no_data: "no data" } as const;
  return [
    `  Result: ${words[result.status]}${result.reason === null ? "" : `: ${result.reason}`}`,
    ...(result.supply === null ? [] : [`    ${result.supply}`]),
    ...result.deviations.map(({ message, remediation }) =>
      remediation === null ? `    ! ${message}` : `    ! ${message}. ${remediation}`,
    ),
    ...(result.debug.length === 0 ? [] : ["  Looked at"]),
    ...result.debug.map((line) => `    ${line}`),
  ];
}

function cut(text: string): string {
  return text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text;
}
