/** How answers are kept: shown at once when known, asked for again when old, and asked twice more when the server stumbles. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { sessionKey } from "./keys.ts";
import { ApiProblem } from "./problem.ts";

const RETRIES_MAX = 2;

/** One for the life of the page. An answer 401 to anything ends the session, which leads to the page for signing in. */
export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: endSession }),
    mutationCache: new MutationCache({ onError: endSession }),
    defaultOptions: {
      queries: { staleTime: 30_000, retry: mayRetry, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  });
  return client;

  function endSession(error: Error): void {
    if (endsSession(error)) client.setQueryData(sessionKey, null);
  }
}

/** A wrong password and an invitation that is no good are refused with 401 too, and leave the session as it is. */
export function endsSession(error: Error): boolean {
  return error instanceof ApiProblem && error.status === 401 && !notOfTheSession.includes(error.code);
}

const notOfTheSession = ["SIGN_IN_FAILED", "TOKEN_INVALID"];

/** What was refused stays refused; only silence and failures of the server are worth another try. */
export function mayRetry(failures: number, error: Error): boolean {
  if (failures >= RETRIES_MAX) return false;
  return error instanceof ApiProblem && (error.code === "NETWORK_UNREACHABLE" || error.status >= 502);
}
