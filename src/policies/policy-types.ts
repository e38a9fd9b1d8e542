/**
 * The policy types by id, and the reading of a policy's options.
 */
import { printable } from "../domain/problem.ts";
import * as all from "./all.ts";
import { PolicyError } from "./error.ts";
import type { PolicyDefinition, PolicyType } from "./types.ts";

/** Every policy type, sorted by id. */
export const policyTypes: readonly PolicyType[] = Object.values(all).toSorted((left, right) =>
  left.id < right.id ? -1 : 1,
);

/**
 * The type of a policy and its checked options.
 * @throws PolicyError POLICY_UNKNOWN for a type that does not exist; POLICY_CONFIG_INVALID, naming the field's path
 * below `path` (e.g. `policies[0].config`), for options that its schema refuses
 */
export function readOptions(policy: PolicyDefinition, path: string): { type: PolicyType; options: unknown } {
  const type = policyTypes.find((candidate) => candidate.id === policy.type);
  if (type === undefined) {
    throw new PolicyError("POLICY_UNKNOWN", `there is no policy type ${printable(policy.type)}`);
  }
  const parsed = type.options.safeParse(policy.config);
  if (parsed.success) return { type, options: parsed.data };
  throw new PolicyError("POLICY_CONFIG_INVALID", describeIssues(parsed.error.issues, path), {
    details: { policy: policy.id },
  });
}

interface SchemaIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** `policies[0].config.severities[1]: Invalid option`, all issues on one line, at most five. */
export function describeIssues(issues: readonly SchemaIssue[], path: string): string {
  const lines = issues.map((issue) => {
    const where = [
      ...issue.path,
      ...(issue.code === "unrecognized_keys" ? (issue.keys?.slice(0, 1) ?? []) : []),
    ];
    const text = where.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
    return `${(path + text).replace(/^\./, "")}: ${issue.message}`;
  });
  const more = lines.length > 5 ? `; and ${lines.length - 5} more` : "";
  return printable(lines.slice(0, 5).join("; ") + more, 1000);
}
