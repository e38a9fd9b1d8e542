/** What is asked of registries as a whole: lists, polls, back-fill, patterns, and the key of their notifications. */
import type { z } from "zod";
import type { hookKeyView, switchAnswer, switchRequest } from "../api/rest/registry-lists.ts";
import { PlimsollError } from "../domain/error.ts";
import { getRegistryKind } from "../registries/kinds.ts";
import { recordAudit } from "../store/stores/audit.ts";
import { requestBackfill, switchFitting } from "../store/stores/listed-repositories.ts";
import { changeRegistry } from "../store/stores/registries.ts";
import { findRepository } from "../store/views/repositories.ts";
import { newSecret } from "./auth/secrets.ts";
import { callerActor, type OrgScope } from "./caller.ts";
import { RequestInvalidError } from "./problem.ts";
import { getRegistry, hookKeyPurpose, hookPath, type RegistryContext } from "./registry-rows.ts";

/** A worker asks it. False: one that has not started waits already. @throws PlimsollError NOT_FOUND */
export async function askRegistry(
  context: RegistryContext,
  registryId: string,
  kind: "list-registry" | "poll-registry",
): Promise<boolean> {
  const { tx, queue, orgId, caller } = context;
  const { host } = await getRegistry(context, registryId);
  const [job] = await queue.send(tx, [
    { kind, key: `${orgId}/${registryId}`, payload: { org: orgId, registry: registryId } },
  ]);
  const action = kind === "list-registry" ? "registry.list-requested" : "registry.poll-requested";
  await recordAudit(tx, {
    orgId,
    actor: callerActor(caller),
    action,
    target: host,
    before: null,
    after: null,
  });
  return typeof job === "string";
}

/** @throws PlimsollError NOT_FOUND, also for a repository that is not enabled */
export async function askBackfill(
  context: RegistryContext,
  repositoryId: string,
  tagsMax: number,
): Promise<void> {
  const { tx, queue, orgId, caller } = context;
  const row = await findRepository(tx, orgId, repositoryId);
  const isThere = await requestBackfill(tx, queue, { orgId, repositoryId, backfillMax: tagsMax });
  if (row === null || !isThere) throw new PlimsollError("NOT_FOUND", "There is no such enabled repository.");
  await recordAudit(tx, {
    orgId,
    actor: callerActor(caller),
    action: "repository.backfill-requested",
    target: row.fullName,
    before: null,
    after: { tagsMax },
  });
}

/** Of one registry, by a pattern. @throws PlimsollError NOT_FOUND, REQUEST_INVALID */
export async function switchByPattern(
  context: RegistryContext,
  registryId: string,
  { pattern, enabled, backfill, future }: z.output<typeof switchRequest>,
): Promise<z.output<typeof switchAnswer>> {
  const { tx, queue, orgId, caller, now } = context;
  const registry = await getRegistry(context, registryId);
  if (!enabled && (backfill !== null || future)) {
    const fields = [{ path: "enabled", message: "backfill and future are for what is enabled" }];
    throw new RequestInvalidError("What is disabled is not analysed.", fields);
  }
  if (future) {
    await changeRegistry(tx, orgId, registryId, { enablePattern: pattern });
    await recordAudit(tx, {
      orgId,
      actor: callerActor(caller),
      action: "registry.changed",
      target: registry.host,
      before: { enablePattern: registry.enable_pattern },
      after: { enablePattern: pattern },
    });
  }
  const { names, leftCount } = await switchFitting(tx, queue, orgId, {
    registryId,
    host: registry.host,
    pattern,
    enabled,
    backfillMax: backfill,
    actor: callerActor(caller),
    now,
  });
  return { names: [...names], leftCount };
}

/** A new key in place of the old one, which proves nothing from then on. @throws PlimsollError NOT_FOUND, REQUEST_INVALID */
export async function makeHookKey(
  context: RegistryContext,
  org: OrgScope,
  registryId: string,
): Promise<z.output<typeof hookKeyView>> {
  const { tx, orgId, secrets, caller } = context;
  const registry = await getRegistry(context, registryId);
  const { proof, title } = getRegistryKind(registry.kind);
  if (proof.kind === "token") {
    const fields = [{ path: "registryId", message: `${title} sends a token of scope analyse instead` }];
    throw new RequestInvalidError("Notifications of this product are proved by a token.", fields);
  }
  const key = newSecret("plimh_");
  await changeRegistry(tx, orgId, registryId, {
    hookKeySealed: secrets.seal(key, hookKeyPurpose(registryId)),
  });
  await recordAudit(tx, {
    orgId,
    actor: callerActor(caller),
    action: "registry.key-made",
    target: registry.host,
    before: { hadKey: registry.hook_key_sealed !== null },
    after: null,
  });
  const path = hookPath(org, registryId);
  return { key, path: proof.kind === "address" ? `${path}/${key}` : path };
}
