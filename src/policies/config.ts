/**
 * The policy configuration: a JSON document that switches policies off, weighs them and sets their options, and adds policies.
 *
 * `{ "debug": true, "policies": [
 *    { "name": "fixable-vulnerabilities", "enabled": true, "weight": 30, "config": { "severities": ["CRITICAL"] } },
 *    { "id": "shop-bases", "type": "approved-base-images", "name": "Bases of the shop", "effect": "warn", "config": { … } } ] }`
 *
 * An entry with a `type` is a policy of its own, as many of a type as are wanted; one without changes a policy that exists. What is
 * not listed keeps its defaults; within `config`, an option that is not given does too.
 */
import { z } from "zod";
import type { PolicyEffect } from "../domain/verdict-history.ts";
import { printable } from "../domain/problem.ts";
import { knownPolicies } from "./definitions.ts";
import { PolicyError } from "./error.ts";
import { describeIssues, readOptions } from "./policy-types.ts";
import type { PolicyDefinition } from "./types.ts";

export interface PolicyConfig {
  readonly debug: boolean;
  readonly policies: readonly PolicyOverride[];
  /** Policies of their own, in the order of the document; their ids are those of no other policy. */
  readonly added: readonly PolicyDefinition[];
}

/** What is changed of one policy; null: left as it is. */
export interface PolicyOverride {
  /** Stable id, whatever name the document used. */
  readonly id: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly enabled: boolean | null;
  readonly weight: number | null;
  readonly effect: PolicyEffect | null;
  readonly config: Readonly<Record<string, unknown>> | null;
}

const effects = ["report", "warn", "block"] as const satisfies readonly PolicyEffect[];

/** Points of a policy that is added and does not say how many. */
export const ADDED_WEIGHT = 10;

/** One entry of `policies`, here and in project files. */
export const policyEntry = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?$/i, "letters, digits, `.`, `_` and `-`, at most 100")
      .optional()
      .describe("Stable id of the policy; of a new one made from its name when it is not given"),
    type: z.string().max(100).optional().describe("Makes a new policy of this type"),
    name: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .optional()
      .describe("What people read; with neither id nor type, the id or name of the policy that is changed"),
    description: z.string().max(4000).optional(),
    enabled: z.boolean().optional(),
    weight: z.number().int().min(0).max(1000).optional().describe("Points; 0: not scored"),
    effect: z.enum(effects).optional().describe("Only block stops a gate; warn is told on standard error"),
    config: z.record(z.string(), z.unknown()).optional().describe("Options of the type"),
  })
  .refine(({ id, name }) => id !== undefined || name !== undefined, {
    message: "a policy needs an id or a name",
    path: ["name"],
  });
export type PolicyEntry = z.output<typeof policyEntry>;

/** Most entries of one document. */
export const POLICIES_MAX = 1000;

const Document = z.strictObject({
  debug: z.boolean().default(false),
  policies: z.array(policyEntry).max(POLICIES_MAX).default([]),
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
      "bundles: this configuration may name none; name the bundles where policies are chosen",
    );
  }
  const parsed = Document.safeParse(json);
  if (!parsed.success) {
    throw new PolicyError("POLICY_CONFIG_INVALID", describeIssues(parsed.error.issues, ""));
  }
  const { debug, policies } = parsed.data;
  return { debug, ...readPolicyEntries(policies, definitions) };
}

/**
 * Sorts entries into changes and new policies. `path` begins the paths in messages.
 * @throws PolicyError as `readPolicyConfig`
 */
export function readPolicyEntries(
  entries: readonly PolicyEntry[],
  definitions: readonly PolicyDefinition[] = knownPolicies,
  path = "policies",
): Omit<PolicyConfig, "debug"> {
  const policies: PolicyOverride[] = [];
  const added: PolicyDefinition[] = [];
  const seen = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const place = `${path}[${index}]`;
    const change = entry.type === undefined ? overrideOf(definitions, entry) : null;
    const policy = change === null ? addedPolicy(entry, entry.type ?? "") : null;
    const id = policy?.id ?? change?.id ?? "";
    if (seen.has(id)) throw invalid(`${place}.name: ${id} is listed twice`);
    seen.add(id);
    if (policy !== null) {
      if (definitions.some((known) => known.id === id)) {
        throw invalid(`${place}.id: there is a policy ${id} already; give the new one another id`);
      }
      readOptions(policy, `${place}.config`);
      added.push(policy);
    }
    if (change === null) continue;
    readOptions(applyOverride(findPolicy(definitions, id), change), `${place}.config`);
    policies.push(change);
  }
  return { policies, added };
}

function invalid(message: string): PolicyError {
  return new PolicyError("POLICY_CONFIG_INVALID", message);
}

function overrideOf(definitions: readonly PolicyDefinition[], entry: PolicyEntry): PolicyOverride {
  const { id } = findPolicy(definitions, entry.id ?? entry.name ?? "");
  return {
    id,
    title: entry.id === undefined ? null : (entry.name ?? null),
    description: entry.description ?? null,
    enabled: entry.enabled ?? null,
    weight: entry.weight ?? null,
    effect: entry.effect ?? null,
    config: entry.config ?? null,
  };
}

function addedPolicy(entry: PolicyEntry, type: string): PolicyDefinition {
  const id = entry.id ?? slugOf(entry.name ?? "");
  return {
    id,
    title: entry.name ?? id,
    type,
    weight: entry.weight ?? ADDED_WEIGHT,
    enabled: entry.enabled ?? true,
    config: entry.config ?? {},
    ...(entry.description === undefined ? {} : { description: entry.description }),
    ...(entry.effect === undefined ? {} : { effect: entry.effect }),
  };
}

/** `Bases of the shop` -> `bases-of-the-shop`; a name without a letter or digit of ASCII has to come with an id. */
function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "")
    .join("-")
    .slice(0, 100);
  if (slug === "") throw invalid(`the policy ${JSON.stringify(printable(name))} needs an id`);
  return slug;
}

/** The definitions with the configuration applied, in the same order; policies that it adds come last. */
export function applyPolicyConfig(
  definitions: readonly PolicyDefinition[],
  config: Omit<PolicyConfig, "debug">,
): readonly PolicyDefinition[] {
  const overrides = new Map(config.policies.map((override) => [override.id, override]));
  const changed = definitions.map((definition) => {
    const override = overrides.get(definition.id);
    return override === undefined ? definition : applyOverride(definition, override);
  });
  return [...changed, ...config.added];
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
  const { title, description, effect } = override;
  return {
    ...definition,
    title: title ?? definition.title,
    enabled: override.enabled ?? definition.enabled,
    weight: override.weight ?? definition.weight,
    config: { ...definition.config, ...override.config },
    ...(description === null ? {} : { description }),
    ...(effect === null ? {} : { effect }),
  };
}

/** The policy with this id or title, in any case. @throws PolicyError POLICY_UNKNOWN */
export function findPolicy(definitions: readonly PolicyDefinition[], name: string): PolicyDefinition {
  const wanted = name.trim().toLowerCase();
  const found =
    definitions.find(({ id }) => id.toLowerCase() === wanted) ??
    definitions.find(({ title }) => title.toLowerCase() === wanted);
  if (found !== undefined) return found;
  const known = definitions.map(({ id }) => id).join(", ");
  throw new PolicyError(
    "POLICY_UNKNOWN",
    `there is no policy ${JSON.stringify(printable(name))}; known: ${known}`,
  );
}
