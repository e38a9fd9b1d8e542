/** The watch of an organisation as a hook of the shell: marks what the cache holds as out of date when something happens. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { watchOrganisation, type LiveState } from "../api/events.ts";
import { orgKey } from "../api/keys.ts";

/** How up to date the pages of the organisation are kept. */
export function useLive(org: string): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  useEffect(
    () =>
      watchOrganisation(org, {
        onState: setState,
        onStale: (stale) => {
          for (const noun of stale) void client.invalidateQueries({ queryKey: orgKey(org, noun) });
        },
      }),
    [client, org],
  );
  return state;
}
