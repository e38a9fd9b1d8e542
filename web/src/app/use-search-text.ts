/** A text that lives in the address, so that a filter survives reloading and can be sent to somebody: `?q=my-app`. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import type { Search } from "./search.ts";

/** The value of `name` in the address, "" when it is absent, and a way to change several at once. */
export function useSearchText(name: string): string {
  return useSearch({ strict: false, select: (search) => (search as Search)[name] ?? "" });
}

/** Changes the address in place: `setSearch({ q: "x", cursor: "" })`. Empty removes; others stay. */
export function useSetSearch(): (change: Search) => void {
  const navigate = useNavigate();
  return useCallback(
    (change) => {
      void navigate({
        to: ".",
        search: (before) => ({ ...(before as Search), ...change }),
        replace: true,
        resetScroll: false,
      });
    },
    [navigate],
  );
}
