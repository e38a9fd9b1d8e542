/** Looks at what people wrote before any image is judged by it. The languages are loaded only where there is something to check. */
import { printable } from "../domain/problem.ts";
import { PolicyError } from "./error.ts";
import { readOptions } from "./policy-types.ts";
import type { PolicyDefinition } from "./types.ts";

/** @throws PolicyError POLICY_CONFIG_INVALID, naming policy, rule and what is wrong with it */
export async function checkPrograms(
  policies: readonly Pick<PolicyDefinition, "id" | "type" | "config">[],
): Promise<void> {
  const written = policies.filter(({ type }) => type === "cel");
  if (written.length === 0) return;
  const { compileRules } = await import("./cel/rules.ts");
  for (const policy of written) {
    const { options } = readOptions(policy, policy.id);
    try {
      compileRules((options as { readonly rules: readonly string[] }).rules);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new PolicyError("POLICY_CONFIG_INVALID", printable(`${policy.id}: ${message}`, 1000), {
        cause: error,
        fields: [{ path: "config.rules", message: printable(message) }],
      });
    }
  }
}
