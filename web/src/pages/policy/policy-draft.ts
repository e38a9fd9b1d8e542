/** What the form of a policy holds, and the request it becomes. */
import type { PolicyView } from "../../../../src/api/rest/policies.ts";
import type { FormValues } from "../../parts/schema-form/check-values.ts";

export type Effect = PolicyView["effect"];

export interface PolicyDraft {
  readonly title: string;
  readonly description: string;
  readonly weight: number | null;
  readonly effect: Effect;
  readonly enabled: boolean;
  readonly repositories: readonly string[];
  readonly environments: readonly string[];
  readonly config: FormValues;
}

/** A new policy of a type, with the type's defaults. */
export function newDraft(title: string, config: FormValues): PolicyDraft {
  return {
    title,
    description: "",
    weight: 10,
    effect: "block",
    enabled: true,
    repositories: [],
    environments: [],
    config,
  };
}

export function draftOf(policy: PolicyView): PolicyDraft {
  const { title, description, weight, effect, enabled, scope, config } = policy;
  return {
    title,
    description,
    weight,
    effect,
    enabled,
    repositories: scope.repositories,
    environments: scope.environments,
    config,
  };
}

/** Body of POST and, with `type` or `version` beside it, of PUT. */
export function requestOf(draft: PolicyDraft): Readonly<Record<string, unknown>> {
  return {
    title: draft.title.trim(),
    description: draft.description,
    config: draft.config,
    weight: draft.weight ?? 0,
    effect: draft.effect,
    enabled: draft.enabled,
    scope: { repositories: draft.repositories, environments: draft.environments },
  };
}
