/** API tokens: of the caller, and of an organisation for its services. */
import { z } from "zod";
import { uuid } from "../../api/rest/fields.ts";
import {
  newTokenView,
  passwordTokenRequest,
  tokenList,
  tokenRequest,
  type NewTokenView,
  type TokenView,
} from "../../api/rest/session.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { Scope } from "../../domain/roles.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { inOrg, outsideOrg } from "../../store/in-org.ts";
import { recordAudit, type AuditActor } from "../../store/stores/audit.ts";
import {
  countTokens,
  insertToken,
  listTokens,
  revokeToken,
  type StoredToken,
  type TokenOwner,
} from "../../store/stores/tokens.ts";
import { hashSecret, newSecret, tokenPrefix } from "../auth/secrets.ts";
import { checkPassword } from "../auth/sign-in.ts";
import { accountOf, callerActor } from "../caller.ts";
import { RequestInvalidError } from "../problem.ts";
import { orgRoute, route, type Route } from "../route.ts";

const tokenParams = z.object({ tokenId: uuid });

const ownTokenRoutes: readonly Route[] = [
  route(
    {
      method: "get",
      path: "/tokens",
      permission: "own-tokens",
      summary: "Personal tokens of the caller",
      tag: "Tokens",
      response: tokenList,
    },
    ({ caller }, { store }) => {
      const { id: accountId } = accountOf(caller);
      const list = (tx: StoreTransaction) => listTokens(tx, { accountId });
      return outsideOrg(store, list, { accountId }).then(viewTokens);
    },
  ),
  route(
    {
      method: "post",
      path: "/tokens",
      permission: "own-tokens",
      summary: "Make a personal token, which may what its account may, or less",
      tag: "Tokens",
      body: tokenRequest,
      response: newTokenView,
      status: 201,
      problems: ["CONFLICT"],
    },
    ({ caller, body, now }, { store }) => {
      const { id: accountId } = accountOf(caller);
      const wanted = { ...body, owner: { accountId }, actor: callerActor(caller), now };
      return outsideOrg(store, (tx) => makeToken(tx, wanted), { accountId });
    },
  ),
  route(
    {
      method: "post",
      path: "/tokens/by-password",
      permission: "public",
      summary: "Turn name and password into a personal token, as plimsoll login does",
      tag: "Tokens",
      body: passwordTokenRequest,
      response: newTokenView,
      status: 201,
      problems: ["SIGN_IN_FAILED", "RATE_LIMITED", "CONFLICT"],
    },
    async ({ body, address, now }, parts) => {
      const { name, password, tokenName, expiresInDays } = body;
      const account = await checkPassword(parts, { name, password, address }, now);
      const accountId = account.id;
      const actor: AuditActor = { kind: "account", id: accountId, name };
      const wanted = { name: tokenName, scopes: [], expiresInDays, owner: { accountId }, actor, now };
      return outsideOrg(parts.store, (tx) => makeToken(tx, wanted), { accountId });
    },
  ),
  route(
    {
      method: "delete",
      path: "/tokens/{tokenId}",
      permission: "own-tokens",
      summary: "Revoke a personal token of the caller",
      tag: "Tokens",
      params: tokenParams,
      response: null,
    },
    ({ caller, params, now }, { store }) => {
      const { id: accountId } = accountOf(caller);
      const wanted = { id: params.tokenId, owner: { accountId }, actor: callerActor(caller), now };
      return outsideOrg(store, (tx) => endToken(tx, wanted), { accountId });
    },
  ),
];

const organisationTokenRoutes: readonly Route[] = [
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/tokens",
      permission: "manage-members",
      summary: "Service tokens of the organisation",
      tag: "Tokens",
      response: tokenList,
    },
    ({ org }, { store }) => inOrg(store, org.id, (tx) => listTokens(tx, { orgId: org.id })).then(viewTokens),
  ),
  orgRoute(
    {
      method: "post",
      path: "/orgs/{org}/tokens",
      permission: "manage-members",
      summary: "Make a service token, which has its scopes and nothing else",
      tag: "Tokens",
      body: tokenRequest,
      response: newTokenView,
      status: 201,
      problems: ["CONFLICT"],
    },
    ({ org, caller, body, now }, { store }) => {
      if (body.scopes.length === 0) {
        const fields = [{ path: "scopes", message: "choose at least one" }];
        throw new RequestInvalidError("A service token without a scope may nothing.", fields);
      }
      const wanted = { ...body, owner: { orgId: org.id }, actor: callerActor(caller), now };
      return inOrg(store, org.id, (tx) => makeToken(tx, wanted));
    },
  ),
  orgRoute(
    {
      method: "delete",
      path: "/orgs/{org}/tokens/{tokenId}",
      permission: "manage-members",
      summary: "Revoke a service token",
      tag: "Tokens",
      params: tokenParams,
      response: null,
    },
    ({ org, caller, params, now }, { store }) => {
      const wanted = { id: params.tokenId, owner: { orgId: org.id }, actor: callerActor(caller), now };
      return inOrg(store, org.id, (tx) => endToken(tx, wanted));
    },
  ),
];

export const tokenRoutes: readonly Route[] = [...ownTokenRoutes, ...organisationTokenRoutes];

interface WantedToken {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresInDays: number | null;
  readonly owner: TokenOwner;
  readonly actor: AuditActor;
  readonly now: Date;
}

async function makeToken(tx: StoreTransaction, wanted: WantedToken): Promise<NewTokenView> {
  const { owner, actor, name, expiresInDays, now } = wanted;
  if ((await countTokens(tx, owner)) >= TOKENS_MAX) {
    throw new PlimsollError("CONFLICT", `There are ${TOKENS_MAX} tokens already; revoke one first.`);
  }
  const token = newSecret("plim_");
  const scopes = [...new Set(wanted.scopes)];
  const expiresAt = expiresInDays === null ? null : new Date(now.getTime() + expiresInDays * DAY_MS);
  const stored = await insertToken(tx, owner, {
    name,
    hash: hashSecret(token),
    prefix: tokenPrefix(token),
    scopes,
    createdBy: actor.name,
    expiresAt,
  });
  const after = { scopes, expiresAt };
  await recordAudit(tx, { ...about(owner, stored), actor, action: "token.created", before: null, after });
  return { ...viewToken(stored), token };
}

async function endToken(
  tx: StoreTransaction,
  wanted: Pick<WantedToken, "owner" | "actor" | "now"> & { readonly id: string },
): Promise<void> {
  const { owner, actor, id, now } = wanted;
  const stored = await revokeToken(tx, owner, id, now);
  if (stored === null) throw new PlimsollError("NOT_FOUND", "There is no such token.");
  const before = { scopes: stored.scopes, expiresAt: stored.expiresAt };
  await recordAudit(tx, { ...about(owner, stored), actor, action: "token.revoked", before, after: null });
}

function about(owner: TokenOwner, token: StoredToken): { orgId: string | null; target: string } {
  return { orgId: "orgId" in owner ? owner.orgId : null, target: `${token.name} (${token.prefix}…)` };
}

function viewTokens(tokens: readonly StoredToken[]): { tokens: TokenView[] } {
  return { tokens: tokens.map(viewToken) };
}

function viewToken(token: StoredToken): TokenView {
  return {
    id: token.id,
    name: token.name,
    prefix: token.prefix,
    scopes: [...token.scopes],
    createdBy: token.createdBy,
    createdAt: token.createdAt.toISOString(),
    expiresAt: token.expiresAt?.toISOString() ?? null,
    usedAt: token.usedAt?.toISOString() ?? null,
  };
}

/** Of one account or organisation. */
const TOKENS_MAX = 100;
const DAY_MS = 24 * 60 * 60_000;
