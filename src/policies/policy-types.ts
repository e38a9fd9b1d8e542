/**
 * The policy types by id, and the reading of a policy's options.
 */
import { printable } from "../domain/problem.ts";
import * as all from "./all.ts";
import { PolicyError } from "./error.ts";
import type { PolicyDefinition, PolicyType, OutsideNeeds } from "./types.ts";

/** Every policy type, sorted by id. */
export const policyTypes: readonly PolicyType[] = Object.values(all).toSorted((left, right) =>
  left.id < right.id ? -1 : 1,
);

/**
 * The type of a policy and its checked options.
 * @throws PolicyError POLICY_UNKNOWN for a type that does not exist; POLICY_CONFIG_INVALID, naming the field's path
 * below `path` (e.g. `policies[0].config`), for options that its schema refuses
 */
export function readOptions(
  policy: Pick<PolicyDefinition, "type" | "config">,
  path: string,
): { type: PolicyType; options: unknown } {
  const type = getPolicyType(policy.type);
  const parsed = type.options.safeParse(policy.config);
  if (parsed.success) return { type, options: parsed.data };
  const { issues } = parsed.error;
  throw new PolicyError("POLICY_CONFIG_INVALID", describeIssues(issues, path), {
    fields: issues.slice(0, FIELDS_MAX).map((issue) => ({
      path: printable([path, ...placeOf(issue).map(String)].join("."), 200),
      message: printable(issue.message),
    })),
  });
}

const FIELDS_MAX = 50;

/** Whether one of the policies asks for compared files. One that cannot be used asks for nothing. */
export function needComparedFiles(policies: readonly Pick<PolicyDefinition, "type" | "config">[]): boolean {
  return policies.some(({ type: id, config }) => {
    const type = policyTypes.find((candidate) => candidate.id === id);
    const parsed = type?.comparesFiles === undefined ? null : type.options.safeParse(config);
    return parsed?.success === true && type?.comparesFiles?.(parsed.data) === true;
  });
}

/** Of those that are enabled. One whose type does not exist asks for nothing. */
export function outsideNeeds(
  policies: readonly Pick<PolicyDefinition, "type" | "enabled" | "config">[],
): OutsideNeeds {
  const asked = policies.flatMap(({ type: id, enabled, config }): readonly Partial<OutsideNeeds>[] => {
    const type = enabled ? policyTypes.find((candidate) => candidate.id === id) : undefined;
    if (type === undefined) return [];
    const parsed = type.asks === undefined ? null : type.options.safeParse(config);
    return [
      {
        examines: type.examines ?? null,
        qualityGate: type.asksQualityGate === true,
        baseAttestations: type.asksBaseAttestations === true,
      },
      parsed?.success === true ? (type.asks?.(parsed.data) ?? {}) : {},
    ];
  });
  const parts = asked.map(({ examines }) => examines);
  return {
    examines: parts.includes("all") ? "all" : parts.includes("secrets") ? "secrets" : null,
    qualityGate: asked.some(({ qualityGate }) => qualityGate === true),
    baseAttestations: asked.some(({ baseAttestations }) => baseAttestations === true),
    baseSupport: asked.some(({ baseSupport }) => baseSupport === true),
    baseLayers: asked.some(({ baseLayers }) => baseLayers === true),
  };
}

/** The type with this id. @throws PolicyError POLICY_UNKNOWN */
export function getPolicyType(id: string): PolicyType {
  const type = policyTypes.find((candidate) => candidate.id === id);
  if (type !== undefined) return type;
  throw new PolicyError("POLICY_UNKNOWN", `there is no policy type ${JSON.stringify(printable(id))}`);
}

/**
 * The options of a policy as its type understands them: defaults filled in, words in the type's own spelling. This is what is
 * stored, so that a form shows what is judged by.
 * @throws PolicyError POLICY_UNKNOWN for a type that does not exist; POLICY_CONFIG_INVALID, with `fields` below `config`
 */
export function validatePolicy(
  policy: Pick<PolicyDefinition, "type" | "config">,
): Readonly<Record<string, unknown>> {
  return readOptions(policy, "config").options as Readonly<Record<string, unknown>>;
}

interface SchemaIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

function placeOf(issue: SchemaIssue): readonly PropertyKey[] {
  return [...issue.path, ...(issue.code === "unrecognized_keys" ? (issue.keys?.slice(0, 1) ?? []) : [])];
}

/** `policies[0].config.severities[1]: Invalid option`, all issues on one line, at most five. */
export function describeIssues(issues: readonly SchemaIssue[], path: string): string {
  const lines = issues.map((issue) => {
    const text = placeOf(issue)
      .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
      .join("");
    return `${(path + text).replace(/^\./, "")}: ${issue.message}`;
  });
  const more = lines.length > 5 ? `; and ${lines.length - 5} more` : "";
  return printable(lines.slice(0, 5).join("; ") + more, 1000);
}
