/**
 * Who asks: a token in `Authorization: Bearer`, or as the password of `Authorization: Basic`, which is all that some registries can
 * send, or in `X-Api-Key`, which is what clients of Dependency-Track send; else the session of the cookie, else nobody.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { Scope } from "../../domain/roles.ts";
import { inOrg, outsideOrg } from "../../store/in-org.ts";
import type { Store } from "../../store/connect.ts";
import { findAccount, type Account } from "../../store/stores/accounts.ts";
import { findToken, setTokenUsed, type StoredToken } from "../../store/stores/tokens.ts";
import type { AccountCaller, Caller } from "../caller.ts";
import { isSecureAddress, readSessionCookie } from "./cookie.ts";
import type { ServerParts } from "../parts.ts";
import { hashSecret, isSecret } from "./secrets.ts";
import { resumeSession } from "./session.ts";

/**
 * A cookie that signs nobody in is as good as none, for browsers keep it after its session ended. A token that does not is an
 * error: whoever sends one means to be somebody.
 * @throws PlimsollError TOKEN_INVALID
 */
export async function findCaller(
  { store, publicUrl }: Pick<ServerParts, "store" | "publicUrl">,
  headers: Headers,
  now: Date,
): Promise<Caller> {
  const apiKey = headers.get("x-api-key");
  const authorization = headers.get("authorization") ?? (apiKey === null ? null : `Bearer ${apiKey}`);
  if (authorization !== null) return findTokenCaller(store, authorization, now);
  const cookie = readSessionCookie(headers.get("cookie"), isSecureAddress(publicUrl));
  const session = cookie === null ? null : await resumeSession(store.app, cookie, now);
  if (session === null) return { kind: "anonymous" };
  return accountCaller(session.account, { via: "session", session, scopes: [] });
}

async function findTokenCaller(store: Store, authorization: string, now: Date): Promise<Caller> {
  const secret = /^Bearer +(\S{1,200})$/i.exec(authorization)?.[1] ?? passwordOf(authorization);
  const isToken = secret !== undefined && isSecret("plim_", secret);
  const token = isToken ? await findToken(store.app, hashSecret(secret)) : null;
  if (token === null || (token.expiresAt !== null && token.expiresAt <= now)) throw invalid();
  const { accountId, orgId } = token;
  if (accountId !== null) {
    const account = await findAccount(store.app, { id: accountId });
    if (account === null || account.isDisabled) throw invalid();
    await noteUse(store, token, now);
    return accountCaller(account, { via: "token", session: null, scopes: token.scopes });
  }
  if (orgId === null) throw invalid();
  await noteUse(store, token, now);
  return { kind: "service", tokenId: token.id, name: token.name, orgId, scopes: token.scopes };
}

/** Browsers are never asked for one, so none of them sends it unasked. */
function passwordOf(authorization: string): string | undefined {
  const pair = /^Basic +([A-Za-z0-9+/=]{1,600})$/i.exec(authorization)?.[1];
  const text = pair === undefined ? "" : Buffer.from(pair, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon === -1 ? undefined : text.slice(colon + 1);
}

function accountCaller(
  account: Account,
  way: Pick<AccountCaller, "via" | "session"> & { readonly scopes: readonly Scope[] },
): AccountCaller {
  const { id, name, displayName, isAdministrator } = account;
  const session =
    way.session === null ? null : { idHash: way.session.idHash, csrfToken: way.session.csrfToken };
  return {
    kind: "account",
    id,
    name,
    displayName,
    isAdministrator,
    via: way.via,
    session,
    scopes: way.scopes,
  };
}

/** At most once a minute: a pipeline that asks a hundred times writes one row. */
async function noteUse(
  store: Store,
  { id, usedAt, orgId, accountId }: StoredToken,
  now: Date,
): Promise<void> {
  if (usedAt !== null && now.getTime() - usedAt.getTime() < NOTE_MS) return;
  if (orgId !== null) await inOrg(store, orgId, (tx) => setTokenUsed(tx, id, now));
  else if (accountId !== null) await outsideOrg(store, (tx) => setTokenUsed(tx, id, now), { accountId });
}

function invalid(): PlimsollError {
  return new PlimsollError("TOKEN_INVALID", "The token is unknown, expired or revoked.");
}

const NOTE_MS = 60_000;
