/** Signing in and out, invitations redeemed, and who is asking. */
import {
  passwordChange,
  redeemRequest,
  sessionView,
  signInRequest,
  type SessionView,
} from "../../api/rest/session.ts";
import { outsideOrg } from "../../store/in-org.ts";
import type { Store, StoreTransaction } from "../../store/connect.ts";
import { findAccount, setPasswordHash } from "../../store/stores/accounts.ts";
import { recordAudit } from "../../store/stores/audit.ts";
import { listMemberships } from "../../store/stores/members.ts";
import { deleteOtherSessions, deleteSession } from "../../store/stores/sessions.ts";
import { revokeTokens } from "../../store/stores/tokens.ts";
import { isSecureAddress, readSessionCookie, writeSessionCookie } from "../auth/cookie.ts";
import { redeem } from "../auth/redeem.ts";
import { hashSecret } from "../auth/secrets.ts";
import { SESSION_SECONDS, startSession, type StartedSession } from "../auth/session.ts";
import { checkPassword } from "../auth/sign-in.ts";
import { accountOf, callerActor } from "../caller.ts";
import type { ServerParts } from "../parts.ts";
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
      const started = await outsideOrg(parts.store, (tx) =>
        startSession(tx, { accountId: account.id, replaced: sessionOf(request, parts.publicUrl), now }),
      );
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
      const replaced = sessionOf(request, parts.publicUrl);
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
      return new Reply(null, { "set-cookie": cookie(null, publicUrl) });
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

async function signedIn(parts: ServerParts, accountId: string, session: StartedSession): Promise<Reply> {
  const view = await viewSession(parts.store, accountId, session.csrfToken);
  return new Reply(view, { "set-cookie": cookie(session.id, parts.publicUrl) });
}

async function viewSession(store: Store, accountId: string, csrfToken: string | null): Promise<SessionView> {
  return outsideOrg(
    store,
    async (tx) => {
      const account = await findAccount(tx, { id: accountId });
      if (account === null) throw new TypeError("an account went away while it was asking");
      const { id, name, displayName, isAdministrator } = account;
      const memberships = await listMemberships(tx, accountId);
      return {
        account: { id, name, displayName, isAdministrator },
        organisations: memberships.map((own) => ({ name: own.name, role: own.role })),
        csrfToken,
      };
    },
    { accountId, readOnly: true },
  );
}

/** Hash of the session that the browser brought, live or not; null: it brought none. */
function sessionOf(request: Request, publicUrl: string): Buffer | null {
  const brought = readSessionCookie(request.headers.get("cookie"), isSecureAddress(publicUrl));
  return brought === null ? null : hashSecret(brought);
}

function cookie(id: string | null, publicUrl: string): string {
  return writeSessionCookie(id, { maxAgeSeconds: SESSION_SECONDS, isSecure: isSecureAddress(publicUrl) });
}
