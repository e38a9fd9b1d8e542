/** What happened in the organisation, newest first. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { EventView } from "../../../../src/api/rest/events.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { useSearchText, useSetSearch } from "../../app/use-search-text.ts";
import { kindWords } from "../../display/event-words.ts";
import { TextLink } from "../../parts/link.tsx";
import { LoadMore } from "../../parts/load-more.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { Select } from "../../parts/select.tsx";
import { EmptyState, FailedState, LoadingState } from "../../parts/states.tsx";
import { TimeAgo } from "../../parts/time-ago.tsx";

interface EventPage {
  readonly entries: readonly EventView[];
  readonly next: string | null;
}

export function EventsPage(): ReactElement {
  const { org } = useOrg();
  const kind = useSearchText("kind");
  const setSearch = useSetSearch();
  const events = useInfiniteQuery({
    queryKey: orgKey(org, "events", kind),
    queryFn: ({ pageParam, signal }) =>
      get<EventPage>(orgPath(org, "events"), { query: { kind, cursor: pageParam, limit: 100 }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  const rows = events.data?.pages.flatMap(({ entries }) => entries) ?? [];
  return (
    <>
      <PageHeader title="Events">What happened in this organisation, and why.</PageHeader>
      <div className="mb-3 max-w-64">
        <Select
          label="Kind"
          value={kind}
          onChange={(value) => setSearch({ kind: value })}
          options={[
            { value: "", label: "All" },
            ...Object.entries(kindWords).map(([value, label]) => ({ value, label })),
          ]}
        />
      </div>
      {events.data === undefined &&
        (events.error === null ? (
          <LoadingState what="events" />
        ) : (
          <FailedState error={events.error} onRetry={() => void events.refetch()} />
        ))}
      {events.data !== undefined && rows.length === 0 && (
        <EmptyState title="Nothing happened yet" icon="events" />
      )}
      {rows.length > 0 && (
        <>
          <ol aria-label="Events" className="divide-y divide-line rounded-lg border border-line bg-surface">
            {rows.map((event) => (
              <li key={event.id} className="px-4 py-2.5">
                <OneEvent event={event} />
              </li>
            ))}
          </ol>
          <LoadMore
            shown={rows.length}
            noun="event"
            hasMore={events.hasNextPage}
            busy={events.isFetchingNextPage}
            error={events.isFetchNextPageError ? events.error : null}
            onMore={() => void events.fetchNextPage()}
          />
        </>
      )}
    </>
  );
}

function OneEvent({ event }: { event: EventView }): ReactElement {
  return (
    <div className="flex flex-col gap-x-6 sm:flex-row sm:items-baseline sm:justify-between">
      <div className="min-w-0">
        <Subject event={event} />
        <p className="text-sm text-muted">
          {kindWords[event.kind] ?? event.kind}
          {event.actor !== null && (
            <>
              {" "}
              by <PlainText text={event.actor} charsMax={100} />
            </>
          )}
        </p>
      </div>
      <span className="shrink-0 text-sm text-muted">
        <TimeAgo time={event.at} />
      </span>
    </div>
  );
}

/** The title, leading to what it speaks about. */
function Subject({ event }: { event: EventView }): ReactElement {
  const { org } = useOrg();
  const title = <PlainText text={event.title} charsMax={600} />;
  if (event.imageId !== null)
    return (
      <TextLink to="/o/$org/images/$imageId" params={{ org, imageId: event.imageId }} search={{}}>
        {title}
      </TextLink>
    );
  if (event.policyId !== null && event.kind !== "policy.deleted")
    return (
      <TextLink to="/o/$org/policies/$policyId" params={{ org, policyId: event.policyId }} search={{}}>
        {title}
      </TextLink>
    );
  if (event.exceptionId !== null)
    return (
      <TextLink to="/o/$org/exceptions" params={{ org }} search={{}}>
        {title}
      </TextLink>
    );
  return title;
}
