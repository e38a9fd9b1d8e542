/** Analyses that somebody asks for: a tag or digest of an enabled repository, whose push may never have been told. */
import type { AnalyseRequest } from "../api/rest/images.ts";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { readReference } from "../registries/known-reference.ts";
import { recordAudit } from "../store/stores/audit.ts";
import { insertPush, PERSON_PRIORITY, requestAnalysis } from "../store/stores/pushes.ts";
import { listRegistries } from "../store/stores/registries.ts";
import { findRepositoryByName } from "../store/views/repositories.ts";
import { callerActor } from "./caller.ts";
import type { ChangeContext } from "./policy-changes.ts";

export interface AnalysisContext extends ChangeContext {
  readonly now: Date;
}

/**
 * `queued` is false when one that has not started waits already.
 * @throws PlimsollError REFERENCE_INVALID; REGISTRY_UNKNOWN, REPOSITORY_NOT_ENABLED: nobody connects to a host for being named
 */
export async function requestAnalysisOf(
  context: AnalysisContext,
  { reference, author, pushedAt }: AnalyseRequest,
): Promise<{ readonly repository: string; readonly queued: boolean }> {
  const { tx, queue, orgId, caller, now } = context;
  const { host, name, tag, digest } = readReference(reference);
  const repository = `${host}/${name}`;
  const repositoryId = await findEnabled(context, { host, name });
  const actor = callerActor(caller);
  // Of a digest that was never told, the row says that it is known here, and why it could not be analysed.
  // Who asked stands in the audit log; this is what they say of the push.
  const pusher = author === undefined ? actor.name : printable(author, 200);
  const said = pushedAt === undefined ? now : new Date(pushedAt);
  const at = said < now ? said : now;
  const push = { repositoryId, tag: null, source: "manual", actor: pusher, at } as const;
  const pushId = digest === null ? null : await insertPush(tx, orgId, { ...push, digest });
  const asked = digest === null ? { tag, digest: null } : { tag: null, digest };
  const queued = await requestAnalysis(tx, queue, {
    orgId,
    repositoryId,
    ...asked,
    pushId,
    priority: PERSON_PRIORITY,
  });
  const target = digest === null ? `${repository}:${tag ?? ""}` : `${repository}@${digest}`;
  const action = "image.analysis-requested";
  await recordAudit(tx, { orgId, actor, action, target, before: null, after: { queued } });
  return { repository, queued };
}

async function findEnabled(
  { tx, orgId }: AnalysisContext,
  { host, name }: { readonly host: string; readonly name: string },
): Promise<string> {
  const repository = await findRepositoryByName(tx, orgId, { host, name });
  if (repository?.enabled === true) return repository.id;
  const registries = await listRegistries(tx, orgId);
  if (!registries.some((registry) => registry.host === host)) {
    throw new PlimsollError("REGISTRY_UNKNOWN", `The registry ${host} is not connected.`);
  }
  throw new PlimsollError("REPOSITORY_NOT_ENABLED", `${host}/${name} is not enabled.`);
}
