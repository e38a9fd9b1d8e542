/** Sessions of browsers: begun at sign-in with a new id, ended by the clock or by signing out. */
import type { Kysely } from "kysely";
import type { Database } from "../../store/schema.ts";
import {
  deleteEndedSessions,
  deleteSession,
  findSession,
  insertSession,
  keepNewestSessions,
  touchSession,
  type Session,
} from "../../store/stores/sessions.ts";
import { hashSecret, isSecret, newSecret } from "./secrets.ts";

export interface StartedSession {
  /** For the cookie; the database knows only its hash. */
  readonly id: string;
  readonly csrfToken: string;
}

export interface NewStart {
  readonly accountId: string;
  readonly replaced: Buffer | null;
  readonly now: Date;
  /** However much it is used; default seven days. */
  readonly lifeMs?: number;
}

/**
 * A new session. Its id is never one that the browser brought along, and the session that it brought (`replaced`, the hash of its
 * id) ends: an id that somebody planted before the sign-in is worth nothing after it.
 */
export async function startSession(
  tx: Kysely<Database>,
  { accountId, replaced, now, lifeMs = LIFE_MS }: NewStart,
): Promise<StartedSession> {
  const id = newSecret("");
  const csrfToken = newSecret("");
  const expiresAt = new Date(now.getTime() + lifeMs);
  if (replaced !== null) await deleteSession(tx, replaced);
  await deleteEndedSessions(tx, { now, seenAfter: idleLimit(now) });
  await insertSession(tx, { idHash: hashSecret(id), accountId, csrfToken, now, expiresAt });
  await keepNewestSessions(tx, accountId, SESSIONS_MAX);
  return { id, csrfToken };
}

/** The live session of a cookie, noted as used; null when it has ended or never was. */
export async function resumeSession(
  tx: Kysely<Database>,
  cookie: string,
  now: Date,
): Promise<Session | null> {
  if (!isSecret("", cookie)) return null;
  const session = await findSession(tx, hashSecret(cookie), { now, seenAfter: idleLimit(now) });
  if (session === null) return null;
  if (now.getTime() - session.seenAt.getTime() > TOUCH_MS) await touchSession(tx, session.idHash, now);
  return session;
}

/** Whether a session still signs its account in. Looking does not keep it alive, so that an open page alone does not either. */
export async function isSessionLive(tx: Kysely<Database>, idHash: Buffer, now: Date): Promise<boolean> {
  return (await findSession(tx, idHash, { now, seenAfter: idleLimit(now) })) !== null;
}

function idleLimit(now: Date): Date {
  return new Date(now.getTime() - IDLE_MS);
}

/** However much it is used. */
const LIFE_MS = 7 * 24 * 60 * 60_000;
export const SESSION_SECONDS = LIFE_MS / 1000;
const IDLE_MS = 12 * 60 * 60_000;
/** Not written at every request. */
const TOUCH_MS = 60_000;
/** Of one account; the oldest end. */
const SESSIONS_MAX = 20;
