/** Policies as the file has them, known by their title. */
import type { ApplyFile } from "../../api/apply-file.ts";
import { policyList, policyView, type PolicyView } from "../../api/rest/policies.ts";
import { PlimsollError } from "../../domain/error.ts";
import { validatePolicy } from "../../policies/policy-types.ts";
import { differencesOf, type ApplyAccess, type Change, type PartPlan } from "./plan.ts";

type Wanted = NonNullable<ApplyFile["policies"]>[number];

/** @throws PolicyError as the types say; PlimsollError CONFIG_INVALID when two policies on the server have one title, or a type would change */
export async function planPolicies(access: ApplyAccess, wanted: readonly Wanted[]): Promise<PartPlan> {
  const { client, below } = access;
  const { policies } = await client.ask({ path: `${below}/policies` }, policyList);
  const byTitle = Map.groupBy(policies, ({ title }) => title);
  const changes: Change[] = [];
  for (const written of wanted) {
    // What the file leaves out is the default of the type, not what the server has; words are in the type's own spelling.
    const policy = { ...written, config: validatePolicy(written) };
    const [known, second] = byTitle.get(policy.title) ?? [];
    if (second !== undefined)
      throw new PlimsollError(
        "CONFIG_INVALID",
        `Two policies on the server are named "${policy.title}": rename one.`,
      );
    const change = known === undefined ? create(access, policy) : changeOf(access, known, policy);
    if (change !== null) changes.push(change);
  }
  const titles = new Set(wanted.map(({ title }) => title));
  return {
    changes,
    unchanged: wanted.length - changes.length,
    beside: policies
      .filter(({ title }) => !titles.has(title))
      .map(({ id, title }) => ({
        kind: "policy",
        name: title,
        remove: () => client.tell({ method: "DELETE", path: `${below}/policies/${id}` }),
      })),
  };
}

function create({ client, below }: ApplyAccess, policy: Wanted): Change {
  const { title, ...content } = policy;
  return {
    kind: "policy",
    name: title,
    action: "create",
    differences: differencesOf({}, content),
    run: async () =>
      void (await client.ask({ method: "POST", path: `${below}/policies`, body: policy }, policyView)),
  };
}

/** Null: it is as it should be. */
function changeOf({ client, below }: ApplyAccess, known: PolicyView, policy: Wanted): Change | null {
  if (known.type !== policy.type)
    throw new PlimsollError(
      "CONFIG_INVALID",
      `The policy "${policy.title}" is of the type ${known.type} on the server, which cannot become ${policy.type}: give the new one another title.`,
    );
  const { type: _type, ...content } = policy;
  const { title, description, config, weight, effect, enabled, scope } = known;
  const before = { title, description, config, weight, effect, enabled, scope };
  const differences = differencesOf(before, content);
  if (differences.length === 0) return null;
  return {
    kind: "policy",
    name: title,
    action: "change",
    differences,
    run: async () => {
      // The version that was read goes with it, so that what somebody else changed since is not lost.
      const body = { ...content, version: known.version };
      await client.ask({ method: "PUT", path: `${below}/policies/${known.id}`, body }, policyView);
    },
  };
}
