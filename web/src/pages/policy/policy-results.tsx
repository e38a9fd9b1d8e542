/** Images with one status under a policy: what is wrong, or why nothing can be said. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { PolicyImageResultView } from "../../../../src/api/rest/policies.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { counted } from "../../display/amounts.ts";
import { Digest } from "../../parts/digest.tsx";
import { TextLink } from "../../parts/link.tsx";
import { LoadMore } from "../../parts/load-more.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { RepositoryName } from "../../parts/repository-name.tsx";
import { EmptyState, FailedState, LoadingState } from "../../parts/states.tsx";
import type { PolicyStatus } from "../../parts/status-badge.tsx";
import type { Column } from "../../parts/table/column.ts";
import { Table } from "../../parts/table/table.tsx";
import { TimeAgo } from "../../parts/time-ago.tsx";

interface ResultPage {
  readonly entries: readonly PolicyImageResultView[];
  readonly next: string | null;
}

export function PolicyResults({
  policyId,
  status,
}: {
  policyId: string;
  status: PolicyStatus;
}): ReactElement {
  const { org } = useOrg();
  const results = useInfiniteQuery({
    queryKey: orgKey(org, "policies", policyId, "results", status),
    queryFn: ({ pageParam, signal }) =>
      get<ResultPage>(orgPath(org, "policies", policyId, "results"), {
        query: { status, cursor: pageParam, limit: 100 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  if (results.data === undefined)
    return results.error === null ? (
      <LoadingState what="results" />
    ) : (
      <FailedState error={results.error} onRetry={() => void results.refetch()} />
    );
  const rows = results.data.pages.flatMap(({ entries }) => entries);
  return (
    <>
      <Table<PolicyImageResultView>
        label={labels[status]}
        id={`policy-results-${status}`}
        columns={status === "met" ? columns.filter(({ id }) => id !== "why") : columns}
        rows={rows}
        rowKey={({ imageId, repository, tag }) => `${imageId} ${repository} ${tag ?? ""}`}
        widthMin="52rem"
        empty={<EmptyState title={emptyTitles[status]} icon="check" />}
      />
      {rows.length > 0 && (
        <LoadMore
          shown={rows.length}
          noun="image"
          hasMore={results.hasNextPage}
          busy={results.isFetchingNextPage}
          error={results.isFetchNextPageError ? results.error : null}
          onMore={() => void results.fetchNextPage()}
        />
      )}
    </>
  );
}

const labels: Readonly<Record<PolicyStatus, string>> = {
  met: "Images that meet this policy",
  not_met: "Images that do not meet this policy",
  no_data: "Images that could not be judged",
};

const emptyTitles: Readonly<Record<PolicyStatus, string>> = {
  met: "No image meets it yet",
  not_met: "No violations",
  no_data: "Every image could be judged",
};

const columns: readonly Column<PolicyImageResultView>[] = [
  {
    id: "image",
    header: "Image",
    isHead: true,
    width: "22rem",
    sortBy: ({ repository, tag }) => `${repository}:${tag ?? ""}`,
    cell: (row) => <ImageName row={row} />,
  },
  { id: "digest", header: "Digest", width: "10rem", cell: ({ digest }) => <Digest digest={digest} /> },
  { id: "why", header: "Why", cell: (row) => <Why row={row} /> },
  {
    id: "judged",
    header: "Judged",
    width: "9rem",
    sortBy: ({ evaluatedAt }) => evaluatedAt,
    cell: ({ evaluatedAt }) => <TimeAgo time={evaluatedAt} />,
  },
];

function ImageName({ row }: { row: PolicyImageResultView }): ReactElement {
  const { org } = useOrg();
  return (
    <TextLink to="/o/$org/images/$imageId" params={{ org, imageId: row.imageId }} search={{}}>
      <RepositoryName name={row.tag === null ? row.repository : `${row.repository}:${row.tag}`} />
    </TextLink>
  );
}

function Why({ row }: { row: PolicyImageResultView }): ReactElement {
  const more = row.deviationCount - 1;
  return (
    <div className="space-y-0.5">
      <PlainText text={row.firstDeviation ?? row.reason ?? ""} charsMax={400} />
      {more > 0 && <span className="block text-sm text-muted">and {counted(more, "more deviation")}</span>}
      {row.remediation !== null && (
        <span className="block text-sm text-muted">
          Fix: <PlainText text={row.remediation} charsMax={400} />
        </span>
      )}
    </div>
  );
}
