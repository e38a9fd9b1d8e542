/**
 * Changes of policies. Each is one transaction of four parts: the new version, the audit log, the event, and the jobs that judge
 * the images that count anew; there is never one without the others.
 */
import { isDeepStrictEqual } from "node:util";
import { PlimsollError } from "../domain/error.ts";
import type { EventKind } from "../domain/event.ts";
import { printable } from "../domain/problem.ts";
import { checkPrograms } from "../policies/check-programs.ts";
import { validatePolicy } from "../policies/policy-types.ts";
import type { StoreTransaction } from "../store/connect.ts";
import type { Queue } from "../store/queue.ts";
import { recordAudit } from "../store/stores/audit.ts";
import { requestEvaluations } from "../store/stores/evaluation-requests.ts";
import { recordEvent } from "../store/stores/events.ts";
import {
  changePolicy,
  countPolicies,
  deletePolicy,
  insertPolicy,
  lockPolicy,
  type PolicyContent,
  type StoredPolicy,
} from "../store/stores/policies.ts";
import { findUnknownEnvironments } from "../store/views/policies.ts";
import { callerActor, type Caller } from "./caller.ts";
import { RequestInvalidError } from "./problem.ts";

/** Who changes what where. */
export interface ChangeContext {
  readonly tx: StoreTransaction;
  readonly queue: Queue;
  readonly orgId: string;
  readonly caller: Caller;
}

/** Returns the new policy's id. @throws PlimsollError POLICY_UNKNOWN, POLICY_CONFIG_INVALID, REQUEST_INVALID, CONFLICT */
export async function createPolicy(
  context: ChangeContext,
  type: string,
  asked: PolicyContent,
): Promise<string> {
  const { tx, orgId } = context;
  const content = await checkContent(context, type, asked);
  if ((await countPolicies(tx, orgId)) >= POLICIES_MAX) {
    throw new PlimsollError("CONFLICT", `There are ${POLICIES_MAX} policies already; delete one first.`);
  }
  const actor = callerActor(context.caller);
  const id = await insertPolicy(tx, orgId, { type, preset: null }, content, actor.name);
  await settle(context, "policy.created", { id, type, version: 1, before: null, after: content });
  return id;
}

/** Nothing happens when nothing is changed. @throws PlimsollError as `createPolicy`, NOT_FOUND; CONFLICT: `version` is not the newest */
export async function editPolicy(
  context: ChangeContext,
  id: string,
  version: number,
  asked: PolicyContent,
): Promise<void> {
  const before = await getPolicy(context, id);
  if (before.version !== version) {
    throw new PlimsollError(
      "CONFLICT",
      `The policy has version ${before.version} by now; version ${version} was changed.`,
    );
  }
  const after = await checkContent(context, before.type, asked);
  await writeVersion(context, before, after);
}

/** Switches it on or off; nothing happens when it is so already. @throws PlimsollError NOT_FOUND */
export async function switchPolicy(context: ChangeContext, id: string, enabled: boolean): Promise<void> {
  const before = await getPolicy(context, id);
  if (before.enabled !== enabled) await writeVersion(context, before, { ...contentOf(before), enabled });
}

/** Takes it out of use; what it said stays to be read. @throws PlimsollError NOT_FOUND */
export async function removePolicy(context: ChangeContext, id: string): Promise<void> {
  const before = await getPolicy(context, id);
  await deletePolicy(context.tx, context.orgId, id);
  const { type, version } = before;
  await settle(context, "policy.deleted", { id, type, version, before: contentOf(before), after: null });
}

async function getPolicy({ tx, orgId }: ChangeContext, id: string): Promise<StoredPolicy> {
  const policy = await lockPolicy(tx, orgId, id);
  if (policy === null) throw new PlimsollError("NOT_FOUND", "There is no such policy.");
  return policy;
}

/** The content as it is stored: options as the type understands them, nothing twice. */
async function checkContent(
  { tx, orgId }: ChangeContext,
  type: string,
  asked: PolicyContent,
): Promise<PolicyContent> {
  const config = validatePolicy({ type, config: asked.config });
  await checkPrograms([{ id: asked.title, type, config }]);
  const repositories = [...new Set(asked.scope.repositories)];
  const environments = [...new Set(asked.scope.environments)];
  const unknown = await findUnknownEnvironments(tx, orgId, environments);
  if (unknown.length > 0) {
    const fields = asked.scope.environments.flatMap((name, index) =>
      unknown.includes(name)
        ? [{ path: `scope.environments.${index}`, message: "there is no such environment" }]
        : [],
    );
    throw new RequestInvalidError("The policy names an environment that does not exist.", fields);
  }
  return { ...asked, config, scope: { repositories, environments } };
}

async function writeVersion(
  context: ChangeContext,
  before: StoredPolicy,
  after: PolicyContent,
): Promise<void> {
  const { tx, orgId, caller } = context;
  const { id, type, version } = before;
  if (changedFields(contentOf(before), after).length === 0) return;
  if (!(await changePolicy(tx, orgId, { id, version }, after, callerActor(caller).name))) {
    throw new PlimsollError("CONFLICT", "The policy was changed in between.");
  }
  await settle(context, "policy.changed", {
    id,
    type,
    version: version + 1,
    before: contentOf(before),
    after,
  });
}

interface PolicyChange {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly before: PolicyContent | null;
  readonly after: PolicyContent | null;
}

async function settle(
  { tx, queue, orgId, caller }: ChangeContext,
  kind: Extract<EventKind, `policy.${string}`>,
  { id, type, version, before, after }: PolicyChange,
): Promise<void> {
  const actor = callerActor(caller);
  const title = (after ?? before)?.title ?? "";
  const changed = changedFields(before, after);
  await recordAudit(tx, {
    orgId,
    actor,
    action: kind,
    target: `${title} (${id})`,
    before: before === null ? null : pick(before, changed),
    after: after === null ? null : pick(after, changed),
  });
  await recordEvent(tx, queue, {
    orgId,
    kind,
    title: `Policy ${printable(title)} was ${verbs[kind]}`,
    actor: { id: caller.kind === "account" ? caller.id : null, name: actor.name },
    policyId: id,
    body: { type, version, changed },
    onceKey: after === null ? `policy:${id}:deleted` : `policy:${id}:${version}`,
  });
  await requestEvaluations(tx, queue, orgId, { counting: true });
}

const verbs = {
  "policy.created": "added",
  "policy.changed": "changed",
  "policy.deleted": "deleted",
} as const;

const contentFields = [
  "title",
  "description",
  "config",
  "weight",
  "effect",
  "enabled",
  "scope",
] as const satisfies readonly (keyof PolicyContent)[];

function contentOf(policy: StoredPolicy): PolicyContent {
  return pick(policy, contentFields) as unknown as PolicyContent;
}

/** All of them for a policy that is new or gone. */
function changedFields(before: PolicyContent | null, after: PolicyContent | null) {
  return contentFields.filter(
    (field) => before === null || after === null || !isDeepStrictEqual(before[field], after[field]),
  );
}

function pick(content: PolicyContent, fields: readonly (keyof PolicyContent)[]): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [field, content[field]]));
}

/** Of one organisation. Each judges every image that counts. */
const POLICIES_MAX = 200;
