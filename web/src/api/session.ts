/** Who is asking. Not being signed in is an answer, not a failure: null. */
import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import type { SessionView } from "../../../src/api/rest/session.ts";
import { get, setCsrf } from "./client.ts";
import { sessionKey } from "./keys.ts";
import { ApiProblem } from "./problem.ts";

export type Role = SessionView["organisations"][number]["role"];

export const sessionQuery = queryOptions({
  queryKey: sessionKey,
  queryFn: readSession,
  staleTime: 5 * 60_000,
});

/** The session inside of the shell, which is only shown to somebody who is signed in. */
export function useSignedIn(): SessionView {
  const { data } = useSuspenseQuery(sessionQuery);
  if (data === null) throw new Error("this part of the dashboard is for somebody who is signed in");
  return data;
}

async function readSession({ signal }: { signal: AbortSignal }): Promise<SessionView | null> {
  try {
    const session = await get<SessionView>("/session", { signal });
    setCsrf(session.csrfToken);
    return session;
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
    setCsrf(null);
    return null;
  }
}
