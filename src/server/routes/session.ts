/** Signing in and out, invitations redeemed, and who is asking. */
import { passwordChange, redeemRequest, sessionView, signInRequest } from "../../api/rest/session.ts";
import { outsideOrg } from "../../store/in-org.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { setPasswordHash } from "../../store/stores/accounts.ts";
import { recordAudit } from "../../store/stores/audit.ts";
import { deleteOtherSessions, deleteSession } from "../../store/stores/sessions.ts";
import { revokeTokens } from "../../store/stores/tokens.ts";
import { redeem } from "../auth/redeem.ts";
import { startSession } from "../auth/session.ts";
import { checkPassword } from "../auth/sign-in.ts";
import { broughtSession, sessionCookie, signedIn, viewSession } from "../auth/signed-in.ts";
import { accountOf, callerActor } from "../caller.ts";
import { Reply, route, type Route } from "../route.ts";

export const sessionRoutes: readonly Route[] = [
  route(
    {
      method: "get",
      path: "/session",
      permission: "signed-in",
      summary: "Who is asking, and in which organisations",
      tag: "Session",
      response: sessionView,
    },
    async ({ caller }, { store }) => {
      const { id, session } = accountOf(caller);
      return viewSession(store, id, session?.csrfToken ?? null);
    },
  ),
  route(
    {
      method: "post",
      path: "/session",
      permission: "public",
      summary: "Sign in with name and password",
      tag: "Session",
      body: signInRequest,
      response: sessionView,
      problems: ["SIGN_IN_FAILED", "RATE_LIMITED"],
    },
    async ({ body, request, address, now }, parts) => {
      const account = await checkPassword(parts, { ...body, address }, now);
      const { id: accountId, name } = account;
      const started = await outsideOrg(parts.store, async (tx) => {
        const replaced = broughtSession(request, parts.publicUrl);
        const actor = { kind: "account", id: accountId, name } as const;
        const change = { action: "session.started", target: name, before: null, after: { provider: null } };
        await recordAudit(tx, { orgId: null, actor, ...change });
        return startSession(tx, { accountId, replaced, now });
      });
      return signedIn(parts, account.id, started);
    },
  ),
  route(
    {
      method: "post",
      path: "/session/redeem",
      permission: "public",
      summary: "Redeem the first-run token or an invitation, and sign in",
      tag: "Session",
      body: redeemRequest,
      response: sessionView,
      problems: ["CONFLICT", "SIGN_IN_FAILED", "RATE_LIMITED"],
    },
    async ({ body, request, address, now }, parts) => {
      const { token, name = null, displayName = null, password } = body;
      const replaced = broughtSession(request, parts.publicUrl);
      const wanted = { token, name, displayName, password, address, replaced };
      const { accountId, session } = await redeem(parts, wanted, now);
      return signedIn(parts, accountId, session);
    },
  ),
  route(
    {
      method: "post",
      path: "/session/sign-out",
      permission: "signed-in",
      summary: "End the session of this browser",
      tag: "Session",
      response: null,
    },
    async ({ caller }, { store, publicUrl }) => {
      const { session } = accountOf(caller);
      if (session !== null) await deleteSession(store.app, session.idHash);
      return new Reply(null, { "set-cookie": sessionCookie(null, publicUrl) });
    },
  ),
  route(
    {
      method: "put",
      path: "/session/password",
      permission: "own-tokens",
      summary: "Change the own password, end all other sessions and, if wanted, revoke the personal tokens",
      tag: "Session",
      body: passwordChange,
      response: null,
      problems: ["SIGN_IN_FAILED", "RATE_LIMITED"],
    },
    async ({ caller, body, address, now }, parts) => {
      const { id, name, session } = accountOf(caller);
      await checkPassword(parts, { name, password: body.current, address }, now);
      const hash = await parts.passwords.hash(body.next);
      const change = async (tx: StoreTransaction): Promise<void> => {
        await setPasswordHash(tx, id, hash);
        await deleteOtherSessions(tx, id, session?.idHash ?? null);
        const revoked = body.revokeTokens ? await revokeTokens(tx, { accountId: id }, now) : 0;
        const about = { action: "password.changed", target: name, before: null };
        const after = { revokedTokens: revoked };
        await recordAudit(tx, { orgId: null, actor: callerActor(caller), ...about, after });
      };
      await outsideOrg(parts.store, change, { accountId: id });
    },
  ),
];
