/** Providers of sign-in as administrators describe them: looked up for somebody who signs in, written, removed. */
import type { ProviderRequest, ProviderView } from "../../api/rest/sign-in.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { Store, StoreTransaction } from "../../store/connect.ts";
import { outsideOrg } from "../../store/in-org.ts";
import { recordAudit, type AuditActor } from "../../store/stores/audit.ts";
import {
  deleteProvider,
  deleteProviderSessions,
  findProvider,
  listProviderAccounts,
  providerSecretPurpose,
  writeProvider,
  type ProviderKind,
  type SignInProvider,
} from "../../store/stores/sign-in-providers.ts";
import { deleteOtherSessions } from "../../store/stores/sessions.ts";
import { revokeTokens } from "../../store/stores/tokens.ts";
import type { ServerParts } from "../parts.ts";
import { RequestInvalidError } from "../problem.ts";
import type { OpenProvider } from "./providers/oidc.ts";

/** One that is switched on and of one of the kinds, with its secret. @throws PlimsollError NOT_FOUND */
export async function openProvider(
  { store, secrets }: Pick<ServerParts, "store" | "secrets">,
  name: string,
  ...kinds: readonly ProviderKind[]
): Promise<OpenProvider> {
  const provider = await findProvider(store.app, name);
  if (provider === null || !provider.isEnabled || !kinds.includes(provider.kind)) {
    throw new PlimsollError("NOT_FOUND", "There is no such way to sign in.");
  }
  const { id, secretSealed } = provider;
  const secret = secretSealed === null ? null : secrets.open(secretSealed, providerSecretPurpose(id));
  return { provider, secret };
}

export interface ProviderChange {
  readonly name: string;
  readonly wanted: ProviderRequest;
  readonly actor: AuditActor;
  readonly now: Date;
}

/** Makes it or writes over it; one that is switched off ends the sessions of its people. @throws PlimsollError REQUEST_INVALID */
export async function putProvider(
  { store, secrets }: Pick<ServerParts, "store" | "secrets">,
  { name, wanted, actor, now }: ProviderChange,
): Promise<SignInProvider> {
  return outsideOrg(store, async (tx) => {
    const before = await findProvider(tx, name);
    if (before !== null && before.kind !== wanted.kind) {
      const fields = [{ path: "kind", message: `it is ${before.kind}: remove it first` }];
      throw new RequestInvalidError("The kind of a provider stays as it is.", fields);
    }
    const id = before?.id ?? crypto.randomUUID();
    const { secret } = wanted;
    const sealed = typeof secret === "string" ? secrets.seal(secret, providerSecretPurpose(id)) : null;
    const provider = {
      id,
      name,
      kind: wanted.kind,
      label: wanted.label,
      isEnabled: wanted.enabled,
      provisioning: wanted.provisioning,
      linksAccounts: wanted.linksAccounts,
      administratorGroups: wanted.administratorGroups,
      settings: wanted.settings,
      secretSealed: secret === undefined ? (before?.secretSealed ?? null) : sealed,
    };
    await writeProvider(tx, provider, now);
    if (!wanted.enabled) await deleteProviderSessions(tx, id);
    await recordAudit(tx, {
      orgId: null,
      actor,
      action: before === null ? "sign-in-provider.created" : "sign-in-provider.changed",
      target: name,
      before: before === null ? null : auditable(before),
      after: { ...auditable(provider), secretChanged: secret !== undefined },
    });
    return { ...provider, changedAt: now };
  });
}

/**
 * Removes it. Sessions of its people end, and whoever has no other way in loses personal tokens too.
 * @throws PlimsollError NOT_FOUND
 */
export async function removeProvider(
  store: Store,
  { name, actor, now }: Pick<ProviderChange, "name" | "actor" | "now">,
): Promise<void> {
  const provider = await findProvider(store.app, name);
  if (provider === null) throw new PlimsollError("NOT_FOUND", "There is no such sign-in provider.");
  const { id } = provider;
  // Before it goes: a removal that is broken off leaves nobody with a token that should have ended.
  for (const accountId of await listProviderAccounts(store.app, id, { onlyWay: true })) {
    await outsideOrg(store, (tx) => shutOut(tx, accountId, now), { accountId });
  }
  await outsideOrg(store, async (tx) => {
    await deleteProviderSessions(tx, id);
    await deleteProvider(tx, id);
    const change = { action: "sign-in-provider.removed", target: name, after: null };
    await recordAudit(tx, { orgId: null, actor, ...change, before: auditable(provider) });
  });
}

async function shutOut(tx: StoreTransaction, accountId: string, now: Date): Promise<void> {
  await revokeTokens(tx, { accountId }, now);
  await deleteOtherSessions(tx, accountId, null);
}

export function viewProvider(provider: SignInProvider, publicUrl: string): ProviderView {
  return {
    name: provider.name,
    kind: provider.kind,
    label: provider.label,
    enabled: provider.isEnabled,
    provisioning: provider.provisioning,
    linksAccounts: provider.linksAccounts,
    administratorGroups: [...provider.administratorGroups],
    settings: provider.settings as Record<string, unknown>,
    hasSecret: provider.secretSealed !== null,
    callbackUrl: callbackUrl(provider, publicUrl),
    changedAt: provider.changedAt.toISOString(),
  };
}

/** Where the provider sends browsers back to; null for one that browsers never go to. */
export function callbackUrl(
  { kind, name }: Pick<SignInProvider, "kind" | "name">,
  publicUrl: string,
): string | null {
  if (kind === "ldap") return null;
  return `${publicUrl}/api/v1/sign-in/${name}/${kind === "oidc" ? "callback" : "assertion"}`;
}

/** What the audit log shows: everything but the secret. */
function auditable(provider: Omit<SignInProvider, "changedAt">): Record<string, unknown> {
  const { kind, label, isEnabled, provisioning, linksAccounts, administratorGroups, settings } = provider;
  return { kind, label, enabled: isEnabled, provisioning, linksAccounts, administratorGroups, settings };
}
