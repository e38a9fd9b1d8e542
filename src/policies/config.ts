/**
 * The policy configuration: a JSON document that switches policies off, weighs them and sets their options.
 *
 * `{ "debug": true, "policies": [ { "name": "fixable-vulnerabilities", "enabled": true, "weight": 30,
 *    "config": { "severities": ["CRITICAL"] } } ] }`
 *
 * A policy that is not listed keeps its defaults; within `config`, an option that is not given does too.
 */
import { z } from "zod";
import { printable } from "../domain/problem.ts";
import { knownPolicies } from "./definitions.ts";
import { PolicyError } from "./error.ts";
import { describeIssues, readOptions } from "./policy-types.ts";
import type { PolicyDefinition } from "./types.ts";

export interface PolicyConfig {
  readonly debug: boolean;
  readonly policies: readonly PolicyOverride[];
}

/** What is changed of one policy; null: left as it is. */
export interface PolicyOverride {
  /** Stable id, whatever name the document used. */
  readonly id: string;
  readonly enabled: boolean | null;
  readonly weight: number | null;
  readonly config: Readonly<Record<string, unknown>> | null;
}

const Document = z.strictObject({
  debug: z.boolean().default(false),
  policies: z
    .array(
      z.strictObject({
        name: z.string().max(200),
        enabled: z.boolean().optional(),
        weight: z.number().int().min(0).max(1000).optional(),
        config: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .max(1000)
    .default([]),
});

/**
 * Reads a policy configuration strictly; names are stable ids or titles of `definitions`, in any case.
 * @throws PolicyError POLICY_UNKNOWN for a name that no policy has; POLICY_CONFIG_INVALID, naming the path, for
 * anything else: unknown fields, bad values, a policy named twice, bundles
 */
export function readPolicyConfig(
  json: unknown,
  definitions: readonly PolicyDefinition[] = knownPolicies,
): PolicyConfig {
  if (typeof json === "object" && json !== null && Object.hasOwn(json, "bundles")) {
    throw new PolicyError(
      "POLICY_CONFIG_INVALID",
      "bundles: policy bundles are not supported yet; remove the field",
    );
  }
  const parsed = Document.safeParse(json);
  if (!parsed.success) {
    throw new PolicyError("POLICY_CONFIG_INVALID", describeIssues(parsed.error.issues, ""));
  }
  const seen = new Set<string>();
  const policies = parsed.data.policies.map((entry, index) => {
    const definition = findPolicy(definitions, entry.name);
    if (seen.has(definition.id)) {
      const message = `policies[${index}].name: ${definition.id} is listed twice`;
      throw new PolicyError("POLICY_CONFIG_INVALID", message);
    }
    seen.add(definition.id);
    const override: PolicyOverride = {
      id: definition.id,
      enabled: entry.enabled ?? null,
      weight: entry.weight ?? null,
      config: entry.config ?? null,
    };
    readOptions(applyOverride(definition, override), `policies[${index}].config`);
    return override;
  });
  return { debug: parsed.data.debug, policies };
}

/** The definitions with the configuration applied, in the same order. */
export function applyPolicyConfig(
  definitions: readonly PolicyDefinition[],
  config: PolicyConfig,
): readonly PolicyDefinition[] {
  const overrides = new Map(config.policies.map((override) => [override.id, override]));
  return definitions.map((definition) => {
    const override = overrides.get(definition.id);
    return override === undefined ? definition : applyOverride(definition, override);
  });
}

/**
 * Only the policies named by id or title, in their own order (`--only-policy`).
 * @throws PolicyError POLICY_UNKNOWN
 */
export function selectPolicies(
  definitions: readonly PolicyDefinition[],
  names: readonly string[],
): readonly PolicyDefinition[] {
  const wanted = new Set(names.map((name) => findPolicy(definitions, name).id));
  return definitions.filter(({ id }) => wanted.has(id));
}

function applyOverride(definition: PolicyDefinition, override: PolicyOverride): PolicyDefinition {
  return {
    ...definition,
    enabled: override.enabled ?? definition.enabled,
    weight: override.weight ?? definition.weight,
    config: { ...definition.config, ...override.config },
  };
}

function findPolicy(definitions: readonly PolicyDefinition[], name: string): PolicyDefinition {
  const wanted = name.trim().toLowerCase();
  const found = definitions.find(
    ({ id, title }) => id.toLowerCase() === wanted || title.toLowerCase() === wanted,
  );
  if (found !== undefined) return found;
  const known = definitions.map(({ id }) => id).join(", ");
  throw new PolicyError(
    "POLICY_UNKNOWN",
    `there is no policy ${JSON.stringify(printable(name))}; known: ${known}`,
  );
}
