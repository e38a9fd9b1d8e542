/** The way out. */
import { useQueryClient } from "@tanstack/react-query";
import { post, setCsrf } from "../api/client.ts";
import { sessionKey } from "../api/keys.ts";
import { notifyFailure } from "../parts/toast.tsx";

/** Ends the session, and forgets everything that it was shown. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    try {
      await post("/session/sign-out");
    } catch (error) {
      notifyFailure("You are still signed in.", error);
      return;
    }
    setCsrf(null);
    // First what everything hangs on; what is cleared away altogether tells nobody any more.
    client.setQueryData(sessionKey, null);
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
  };
}
