/** Every verdict the image had, newest first, with what turned it. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { EvaluationView, ImageView } from "../../../../src/api/rest/images.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { GradeBadge } from "../../parts/grade-badge.tsx";
import { LoadMore } from "../../parts/load-more.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { SeverityCounts } from "../../parts/severity-counts.tsx";
import { EmptyState, FailedState, LoadingState } from "../../parts/states.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { TimeAgo } from "../../parts/time-ago.tsx";

interface EvaluationPage {
  readonly entries: readonly EvaluationView[];
  readonly next: string | null;
}

export function HistoryTab({ image }: { image: ImageView }): ReactElement {
  const { org } = useParams({ from: "/o/$org/images/$imageId" });
  const history = useInfiniteQuery({
    queryKey: orgKey(org, "images", image.id, "history"),
    queryFn: ({ pageParam, signal }) =>
      get<EvaluationPage>(orgPath(org, "images", image.id, "history"), {
        query: { cursor: pageParam, limit: 50 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  if (history.data === undefined)
    return history.error === null ? (
      <LoadingState what="the history" />
    ) : (
      <FailedState error={history.error} onRetry={() => void history.refetch()} />
    );
  const rows = history.data.pages.flatMap(({ entries }) => entries);
  if (rows.length === 0) return <EmptyState title="Not judged yet" icon="info" />;
  return (
    <>
      <ol aria-label="Verdicts, newest first" className="space-y-2">
        {rows.map((row) => (
          <li key={row.id} className="rounded-lg border border-line bg-surface p-3">
            <p className="flex flex-wrap items-center gap-3">
              <GradeBadge grade={row.grade} percent={row.percent} />
              <StatusBadge status={row.status} />
              <SeverityCounts counts={row.findings} unknown="Not judged" />
              <span className="text-sm text-muted">
                <TimeAgo time={row.evaluatedAt} />
              </span>
            </p>
            <ul className="mt-1 list-disc pl-5 text-muted">
              {row.causes.map((cause, at) => (
                <li key={at}>
                  <PlainText text={cause.text} charsMax={400} />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
      <LoadMore
        shown={rows.length}
        noun="verdict"
        hasMore={history.hasNextPage}
        busy={history.isFetchingNextPage}
        error={history.isFetchNextPageError ? history.error : null}
        onMore={() => void history.fetchNextPage()}
      />
    </>
  );
}
