/**
 * Changes of registries and repositories. Each is one transaction with its row in the audit log, which says whether there is a
 * password and never which, and its event.
 */
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { RegistryView } from "../api/rest/registries.ts";
import { PlimsollError } from "../domain/error.ts";
import { plainSettings } from "../registries/kinds.ts";
import { canonicalHost, readRepository } from "../registries/known-reference.ts";
import type { ProductSettings } from "../registries/types.ts";
import { recordAudit } from "../store/stores/audit.ts";
import { requestOutdated } from "../store/stores/evaluation-requests.ts";
import { recordEvent } from "../store/stores/events.ts";
import {
  changeRegistry,
  deleteRegistry,
  insertRegistry,
  listRegistries,
  type RegistryRow,
} from "../store/stores/registries.ts";
import { enableRepository, setRepositoryEnabled } from "../store/stores/repositories.ts";
import { findRepository, type RepositoryRow } from "../store/views/repositories.ts";
import { callerActor, type OrgScope } from "./caller.ts";
import { RequestInvalidError } from "./problem.ts";
import { getRegistry, hookPath, settingsOf, type RegistryContext } from "./registry-rows.ts";

interface SignIn {
  readonly insecure: boolean;
  readonly username: string | null;
  readonly password: string | null;
}

/** How it is asked besides that. */
interface Polling {
  readonly settings: ProductSettings;
  readonly pollSeconds: number | null;
  readonly enablePattern: string | null;
}

/** @throws PlimsollError REFERENCE_INVALID for a host that no reference can start with; CONFLICT when it is connected already */
export async function addRegistry(
  context: RegistryContext,
  asked: SignIn & Polling & { readonly host: string; readonly kind: string },
): Promise<RegistryRow> {
  const { tx, orgId, secrets } = context;
  checkSignIn(asked.username, asked.password !== null);
  const { kind, insecure, username, password, settings, pollSeconds, enablePattern } = asked;
  const id = randomUUID();
  const passwordSealed = password === null ? null : secrets.seal(password, sealPurpose(id));
  const host = canonicalHost(asked.host);
  const row = await insertRegistry(tx, orgId, {
    id,
    kind,
    host,
    insecure,
    username,
    passwordSealed,
    settings,
    pollSeconds,
    enablePattern,
  });
  if (row === null) throw new PlimsollError("CONFLICT", `The registry ${host} is connected already.`);
  await audit(context, "registry.created", host, null, { kind, ...describe(row) });
  return row;
}

/** What is undefined stays; without a username there is no password. @throws PlimsollError NOT_FOUND, REQUEST_INVALID */
export async function editRegistry(
  context: RegistryContext,
  id: string,
  asked: { readonly [K in keyof (SignIn & Polling)]?: (SignIn & Polling)[K] | undefined },
): Promise<RegistryRow> {
  const { tx, orgId, secrets } = context;
  const before = await getRegistry(context, id);
  const username = asked.username === undefined ? before.username : asked.username;
  checkSignIn(username, typeof asked.password === "string");
  checkPlace(before, asked);
  const sealed =
    asked.password === undefined || asked.password === null
      ? asked.password
      : secrets.seal(asked.password, sealPurpose(id));
  const after = await changeRegistry(tx, orgId, id, {
    ...(asked.insecure === undefined ? {} : { insecure: asked.insecure }),
    username,
    ...(username === null
      ? { passwordSealed: null }
      : sealed === undefined
        ? {}
        : { passwordSealed: sealed }),
    ...(asked.settings === undefined ? {} : { settings: asked.settings }),
    ...(asked.pollSeconds === undefined ? {} : { pollSeconds: asked.pollSeconds }),
    ...(asked.enablePattern === undefined ? {} : { enablePattern: asked.enablePattern }),
  });
  if (after === null) throw notFound();
  const isNewPassword = typeof asked.password === "string";
  await audit(context, "registry.changed", before.host, describe(before), {
    ...describe(after),
    ...(isNewPassword ? { password: "replaced" } : {}),
  });
  return after;
}

/** With its repositories, their tags and pushes. @throws PlimsollError NOT_FOUND */
export async function removeRegistry(context: RegistryContext, id: string): Promise<void> {
  const { tx, queue, orgId, caller, now } = context;
  const removed = await deleteRegistry(tx, orgId, id);
  if (removed === null) throw notFound();
  await audit(context, "registry.deleted", removed.host, removed, null);
  const { id: actorId, name } = callerActor(caller);
  await recordEvent(tx, queue, {
    orgId,
    kind: "registry.removed",
    title: `The registry ${removed.host} was removed`,
    actor: { id: actorId, name },
    body: { host: removed.host },
    onceKey: `registry:${id}:removed:${now.toISOString()}`,
  });
}

/**
 * Enables a repository by name, which makes it known. `registry` null: the organisation's only one.
 * @throws PlimsollError REGISTRY_UNKNOWN, REGISTRY_AMBIGUOUS, REFERENCE_INVALID
 */
export async function addRepository(
  context: RegistryContext,
  asked: { readonly registry: string | null; readonly name: string },
): Promise<RepositoryRow> {
  const { tx, orgId } = context;
  const registries = await listRegistries(tx, orgId);
  const registry = chooseRegistry(registries, asked.registry);
  const { name } = readRepository(`${registry.host}/${asked.name}`);
  const { id, changed } = await enableRepository(tx, orgId, { registryId: registry.id, name });
  return settleRepository(context, id, { enabled: true, changed });
}

/** @throws PlimsollError NOT_FOUND */
export async function switchRepository(
  context: RegistryContext,
  id: string,
  enabled: boolean,
): Promise<RepositoryRow> {
  const { tx, orgId } = context;
  const switched = await setRepositoryEnabled(tx, orgId, id, enabled);
  if (switched === null) throw new PlimsollError("NOT_FOUND", "There is no such repository.");
  return settleRepository(context, id, { enabled, changed: switched.changed });
}

export function viewRegistry(row: RegistryRow, org: OrgScope): RegistryView {
  const { id, host, kind, insecure, username, notified_at: notifiedAt, polled_at: polledAt } = row;
  const failure = row.sign_in_failure ?? row.poll_failure ?? row.failure ?? row.list_failure;
  const { apiUrl, spaces, spaceInPath } = settingsOf(row);
  return {
    id,
    host,
    kind,
    insecure,
    username,
    hasPassword: row.password_sealed !== null,
    state: failure !== null ? "error" : (notifiedAt ?? polledAt) === null ? "pending" : "connected",
    notifiedAt: notifiedAt?.toISOString() ?? null,
    failure,
    notificationPath: `/api/v1/orgs/${org.name}/registries/${id}/notifications`,
    settings: { apiUrl, spaces: [...spaces], spaceInPath },
    pollSeconds: row.poll_seconds,
    enablePattern: row.enable_pattern,
    polledAt: polledAt?.toISOString() ?? null,
    nextPollAt: row.next_poll_at?.toISOString() ?? null,
    listedAt: row.listed_at?.toISOString() ?? null,
    hookPath: row.hook_key_sealed === null ? null : hookPath(org, id),
  };
}

/** A sealed password is good for this registry only. */
function sealPurpose(id: string): string {
  return `registry:${id}`;
}

function checkSignIn(username: string | null, hasPassword: boolean): void {
  if (!hasPassword || username !== null) return;
  const fields = [{ path: "username", message: "a password needs a user name" }];
  throw new RequestInvalidError("The sign-in of the registry is not whole.", fields);
}

/**
 * Whoever may change a registry may not learn its password: it would be sent to another address, so it has to be given again.
 * @throws PlimsollError REQUEST_INVALID
 */
function checkPlace(
  before: RegistryRow,
  asked: { readonly settings?: ProductSettings | undefined; readonly password?: string | null | undefined },
): void {
  if (asked.settings === undefined || before.password_sealed === null || asked.password !== undefined) return;
  if (asked.settings.apiUrl === null || asked.settings.apiUrl === settingsOf(before).apiUrl) return;
  const fields = [{ path: "password", message: "give it again: it is sent to the address of the API too" }];
  throw new RequestInvalidError("The password was given for another address.", fields);
}

function chooseRegistry(registries: readonly RegistryRow[], asked: string | null): RegistryRow {
  const hosts = registries.map(({ host }) => host).join(", ");
  if (asked !== null) {
    const host = canonicalHost(asked);
    const found = registries.find((row) => row.host === host);
    if (found !== undefined) return found;
    const known = hosts === "" ? "none is connected" : `connected are ${hosts}`;
    throw new PlimsollError("REGISTRY_UNKNOWN", `The registry ${host} is not connected: ${known}.`);
  }
  const [first, second] = registries;
  if (first === undefined) throw new PlimsollError("REGISTRY_UNKNOWN", "No registry is connected.");
  if (second === undefined) return first;
  throw new PlimsollError("REGISTRY_AMBIGUOUS", `Several registries are connected: ${hosts}.`);
}

async function settleRepository(
  context: RegistryContext,
  id: string,
  { enabled, changed }: { readonly enabled: boolean; readonly changed: boolean },
): Promise<RepositoryRow> {
  const { tx, queue, orgId, caller, now } = context;
  const row = await findRepository(tx, orgId, id);
  if (row === null) throw new TypeError("a repository that was changed is gone");
  if (!changed) return row;
  // Its latest tag counts again.
  if (enabled) await requestOutdated(tx, queue, orgId, { counting: true });
  const kind = enabled ? "repository.enabled" : "repository.disabled";
  await audit(context, kind, row.fullName, { enabled: !enabled }, { enabled });
  const { id: actorId, name } = callerActor(caller);
  await recordEvent(tx, queue, {
    orgId,
    kind,
    title: `${row.fullName} was ${enabled ? "enabled" : "disabled"}`,
    actor: { id: actorId, name },
    repositoryId: id,
    body: { repository: row.fullName },
    onceKey: `repository:${id}:${enabled ? "enabled" : "disabled"}:${now.toISOString()}`,
  });
  return row;
}

function describe(row: RegistryRow): Record<string, unknown> {
  const { insecure, username, poll_seconds: pollSeconds, enable_pattern: enablePattern } = row;
  const settings = settingsOf(row);
  return {
    insecure,
    username,
    hasPassword: row.password_sealed !== null,
    // What was never said is not told either.
    ...(isDeepStrictEqual(settings, plainSettings) ? {} : { settings }),
    ...(pollSeconds === null ? {} : { pollSeconds }),
    ...(enablePattern === null ? {} : { enablePattern }),
  };
}

async function audit(
  { tx, orgId, caller }: RegistryContext,
  action: string,
  target: string,
  before: unknown,
  after: unknown,
): Promise<void> {
  await recordAudit(tx, { orgId, actor: callerActor(caller), action, target, before, after });
}

function notFound(): PlimsollError {
  return new PlimsollError("NOT_FOUND", "There is no such registry.");
}
