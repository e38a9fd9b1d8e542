/** Exceptions: what waits for a decision, what holds, what ended. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { ExceptionView } from "../../../../src/api/rest/exceptions.ts";
import { apiAddress, get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { useSearchText, useSetSearch } from "../../app/use-search-text.ts";
import { DownloadLink } from "../../parts/link.tsx";
import { LoadMore } from "../../parts/load-more.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { EmptyState, FailedState, LoadingState } from "../../parts/states.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { ExceptionCard } from "./exception-card.tsx";

const tabs = [
  { id: "requested", label: "Waiting" },
  { id: "approved", label: "Approved" },
  { id: "refused", label: "Refused" },
  { id: "withdrawn", label: "Withdrawn" },
  { id: "expired", label: "Expired" },
] as const;
type TabId = (typeof tabs)[number]["id"];

interface ExceptionPage {
  readonly entries: readonly ExceptionView[];
  readonly next: string | null;
}

export function ExceptionsPage(): ReactElement {
  const { org } = useOrg();
  const asked = useSearchText("state");
  const setSearch = useSetSearch();
  const tab = tabs.find(({ id }) => id === asked)?.id ?? "requested";
  return (
    <>
      <PageHeader
        title="Exceptions"
        actions={
          <DownloadLink
            href={apiAddress(orgPath(org, "exceptions", "openvex"))}
            fileName={`${org}.openvex.json`}
          >
            Export OpenVEX
          </DownloadLink>
        }
      >
        The organisation&rsquo;s own decisions on findings. Nobody decides on their own request.
      </PageHeader>
      <Tabs<TabId> label="State" tabs={tabs} value={tab} onChange={(state) => setSearch({ state })}>
        <ExceptionList key={tab} state={tab} />
      </Tabs>
    </>
  );
}

function ExceptionList({ state }: { state: TabId }): ReactElement {
  const { org } = useOrg();
  const exceptions = useInfiniteQuery({
    queryKey: orgKey(org, "exceptions", state),
    queryFn: ({ pageParam, signal }) =>
      get<ExceptionPage>(orgPath(org, "exceptions"), {
        query: { state, cursor: pageParam, limit: 50 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  if (exceptions.data === undefined)
    return exceptions.error === null ? (
      <LoadingState what="exceptions" />
    ) : (
      <FailedState error={exceptions.error} onRetry={() => void exceptions.refetch()} />
    );
  const rows = exceptions.data.pages.flatMap(({ entries }) => entries);
  if (rows.length === 0)
    return (
      <EmptyState title={emptyTitles[state]} icon="exception">
        An exception is requested on a finding: open an image, then its vulnerabilities.
      </EmptyState>
    );
  return (
    <>
      <ul aria-label="Exceptions" className="space-y-3">
        {rows.map((row) => (
          <li key={row.id} className="rounded-lg border border-line bg-surface p-4">
            <ExceptionCard exception={row} />
          </li>
        ))}
      </ul>
      <LoadMore
        shown={rows.length}
        noun="exception"
        hasMore={exceptions.hasNextPage}
        busy={exceptions.isFetchingNextPage}
        error={exceptions.isFetchNextPageError ? exceptions.error : null}
        onMore={() => void exceptions.fetchNextPage()}
      />
    </>
  );
}

const emptyTitles: Readonly<Record<TabId, string>> = {
  requested: "Nothing waits for a decision",
  approved: "No exception holds",
  refused: "None was refused",
  withdrawn: "None was withdrawn",
  expired: "None has expired",
};
