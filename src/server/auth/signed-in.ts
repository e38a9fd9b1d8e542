/** The answers to a sign-in: the session's cookie with who it is, or a redirect of the browser into the dashboard. */
import type { SessionView } from "../../api/rest/session.ts";
import type { ErrorCode } from "../../domain/error-codes.ts";
import type { Store } from "../../store/connect.ts";
import { outsideOrg } from "../../store/in-org.ts";
import { findAccount } from "../../store/stores/accounts.ts";
import { listMemberships } from "../../store/stores/members.ts";
import type { ServerParts } from "../parts.ts";
import { Reply } from "../route.ts";
import { isSecureAddress, readSessionCookie, writeSessionCookie } from "./cookie.ts";
import { endFlowCookie } from "./flow-cookie.ts";
import { hashSecret } from "./secrets.ts";
import { SESSION_SECONDS, type StartedSession } from "./session.ts";

/** Of a page that signs in by itself. */
export async function signedIn(
  { store, publicUrl }: Pick<ServerParts, "store" | "publicUrl">,
  accountId: string,
  session: StartedSession,
): Promise<Reply> {
  const view = await viewSession(store, accountId, session.csrfToken);
  return new Reply(view, { "set-cookie": sessionCookie(session.id, publicUrl) });
}

/** Of a browser that comes back from a provider. `next`: path of the dashboard. */
export function sentOn(publicUrl: string, session: StartedSession, next: string): Response {
  const headers = new Headers({ location: publicUrl + next });
  headers.append("set-cookie", sessionCookie(session.id, publicUrl));
  headers.append("set-cookie", endFlowCookie(isSecureAddress(publicUrl)));
  return new Response(null, { status: 303, headers });
}

/** Back to the sign-in page, which says what is wrong. */
export function sentBack(publicUrl: string, code: ErrorCode): Response {
  const headers = new Headers({ location: `${publicUrl}/login?problem=${code}` });
  headers.append("set-cookie", endFlowCookie(isSecureAddress(publicUrl)));
  return new Response(null, { status: 303, headers });
}

export async function viewSession(
  store: Store,
  accountId: string,
  csrfToken: string | null,
): Promise<SessionView> {
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
export function broughtSession(request: Request, publicUrl: string): Buffer | null {
  const brought = readSessionCookie(request.headers.get("cookie"), isSecureAddress(publicUrl));
  return brought === null ? null : hashSecret(brought);
}

/** A `Set-Cookie` header; null ends the session in the browser. */
export function sessionCookie(id: string | null, publicUrl: string): string {
  return writeSessionCookie(id, { maxAgeSeconds: SESSION_SECONDS, isSecure: isSecureAddress(publicUrl) });
}
