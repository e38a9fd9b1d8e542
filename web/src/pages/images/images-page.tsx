/** All repositories by their latest tag: what was found, whether the policies are met, the grade. Filters stand in the address. */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { ImageRowView } from "../../../../src/api/rest/images.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { useSearchText, useSetSearch } from "../../app/use-search-text.ts";
import { LoadMore } from "../../parts/load-more.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { SearchField } from "../../parts/search-field.tsx";
import { Select } from "../../parts/select.tsx";
import { StaleBanner } from "../../parts/stale-banner.tsx";
import { EmptyState, FailedState, LoadingState } from "../../parts/states.tsx";
import type { Sort } from "../../parts/table/column.ts";
import { Table } from "../../parts/table/table.tsx";
import { imageColumns } from "./image-columns.tsx";
import { PolicyFilter } from "./policy-filter.tsx";

interface ImageRowPage {
  readonly entries: readonly ImageRowView[];
  readonly next: string | null;
}

export function ImagesPage(): ReactElement {
  const images = useImages();
  const { data, error } = images;
  return (
    <>
      <PageHeader title="Images">One row a repository: its latest tag.</PageHeader>
      {error !== null && data !== undefined && !images.isFetchNextPageError && (
        <StaleBanner
          what="Images"
          since={new Date(images.dataUpdatedAt).toISOString()}
          error={error}
          onRetry={() => void images.refetch()}
        />
      )}
      {data === undefined ? (
        error === null ? (
          <LoadingState what="images" />
        ) : (
          <FailedState
            error={error}
            title="Images could not be loaded."
            onRetry={() => void images.refetch()}
          />
        )
      ) : (
        <ImageTable images={images} rows={data.pages.flatMap(({ entries }) => entries)} />
      )}
    </>
  );
}

type Images = ReturnType<typeof useImages>;

function useImages() {
  const { org } = useOrg();
  const query = {
    q: useSearchText("q"),
    status: useSearchText("status"),
    policy: useSearchText("policy"),
    state: useSearchText("state"),
    sort: useSearchText("sort"),
    direction: useSearchText("direction"),
  };
  return useInfiniteQuery({
    queryKey: orgKey(org, "images", "list", query),
    queryFn: ({ pageParam, signal }) =>
      get<ImageRowPage>(orgPath(org, "images"), {
        query: { ...query, cursor: pageParam, limit: 200 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
}

function ImageTable({ images, rows }: { images: Images; rows: readonly ImageRowView[] }): ReactElement {
  const setSearch = useSetSearch();
  const sort: Sort = {
    column: useSearchText("sort") || "repository",
    direction: useSearchText("direction") === "desc" ? "desc" : "asc",
  };
  return (
    <>
      <Table<ImageRowView>
        label="Images"
        id="images"
        columns={imageColumns}
        rows={rows}
        rowKey={({ repositoryId }) => repositoryId}
        sort={sort}
        onSort={({ column, direction }) => setSearch({ sort: column, direction })}
        widthMin="60rem"
        busy={images.isPlaceholderData}
        toolbar={<Filters />}
        empty={<NoImages />}
      />
      {rows.length > 0 && (
        <LoadMore
          shown={rows.length}
          noun="repository"
          plural="repositories"
          hasMore={images.hasNextPage}
          busy={images.isFetchingNextPage}
          error={images.isFetchNextPageError ? images.error : null}
          onMore={() => void images.fetchNextPage()}
        />
      )}
    </>
  );
}

function Filters(): ReactElement {
  const q = useSearchText("q");
  const status = useSearchText("status");
  const state = useSearchText("state");
  const setSearch = useSetSearch();
  return (
    <>
      <SearchField
        label="Filter by repository or tag"
        value={q}
        onChange={(text) => setSearch({ q: text })}
      />
      <Select
        label="Compliance"
        value={status}
        onChange={(value) => setSearch({ status: value })}
        options={[
          { value: "", label: "All" },
          { value: "met", label: "Met" },
          { value: "not_met", label: "Not met" },
          { value: "no_data", label: "No data" },
        ]}
      />
      <PolicyFilter />
      <Select
        label="Analysis"
        value={state}
        onChange={(value) => setSearch({ state: value })}
        options={[
          { value: "", label: "All" },
          { value: "analysed", label: "Done" },
          { value: "queued", label: "Waiting" },
          { value: "analysing", label: "Running" },
          { value: "failed", label: "Failed" },
        ]}
      />
    </>
  );
}

function NoImages(): ReactElement {
  const isFiltered = ["q", "status", "policy", "state"].map(useSearchText).some((text) => text !== "");
  const { org } = useOrg();
  if (isFiltered)
    return (
      <EmptyState title="No image fits the filter" icon="search">
        Change the filter, or clear it.
      </EmptyState>
    );
  return (
    <EmptyState title="No images yet" icon="image">
      Connect a registry and enable a repository; what is pushed then appears here by itself:
      <code className="mt-2 block font-mono text-sm">
        plimsoll repo enable --org {org} {org}/my-app
      </code>
    </EmptyState>
  );
}
