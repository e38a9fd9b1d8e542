/**
 * The states of what was asked of the server, the same on every page: loading, failed, old because asking again failed, there.
 * Whether it is empty is the page's to say.
 */
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { FailedState, LoadingState } from "./states.tsx";
import { StaleBanner } from "./stale-banner.tsx";

export interface QueryViewProps<Answer> {
  readonly query: UseQueryResult<Answer, Error>;
  /** "images", "the policy". */
  readonly what: string;
  readonly children: (answer: Answer) => ReactNode;
}

export function QueryView<Answer>({ query, what, children }: QueryViewProps<Answer>): ReactElement {
  const retry = (): void => void query.refetch();
  if (query.data === undefined) {
    if (query.error === null) return <LoadingState what={what} />;
    return (
      <FailedState error={query.error} title={`${capital(what)} could not be loaded.`} onRetry={retry} />
    );
  }
  return (
    <>
      {query.error !== null && (
        <StaleBanner
          what={capital(what)}
          since={new Date(query.dataUpdatedAt).toISOString()}
          error={query.error}
          onRetry={retry}
        />
      )}
      {children(query.data)}
    </>
  );
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
