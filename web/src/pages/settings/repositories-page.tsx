/** Repositories of the organisation: which of them are analysed when something is pushed. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { RegistryView, RepositoryView } from "../../../../src/api/rest/registries.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { useSearchText, useSetSearch } from "../../app/use-search-text.ts";
import { Button } from "../../parts/button.tsx";
import { CodeBlock } from "../../parts/code-block.tsx";
import { ButtonLink } from "../../parts/link.tsx";
import { LoadMore } from "../../parts/load-more.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { SearchField } from "../../parts/search-field.tsx";
import { Select } from "../../parts/select.tsx";
import { EmptyState, FailedState, LoadingState } from "../../parts/states.tsx";
import { Table } from "../../parts/table/table.tsx";
import { EnableRepository } from "../repositories/enable-repository.tsx";
import { repositoryColumns } from "../repositories/repository-columns.tsx";

interface RepositoryPage {
  readonly entries: readonly RepositoryView[];
  readonly next: string | null;
}

export function RepositoriesPage(): ReactElement {
  const { org, may } = useOrg();
  const [adding, setAdding] = useState(false);
  const registries = useQuery({
    queryKey: orgKey(org, "registries"),
    queryFn: ({ signal }) =>
      get<{ registries: readonly RegistryView[] }>(orgPath(org, "registries"), { signal }),
  });
  const hasRegistry = registries.data === undefined || registries.data.registries.length > 0;
  const enable =
    may("manage-repositories") && hasRegistry ? (
      <Button look="primary" icon="add" onClick={() => setAdding(true)}>
        Enable repository
      </Button>
    ) : null;
  return (
    <>
      <PageHeader title="Repositories" actions={enable}>
        What is pushed to an enabled repository is analysed and judged, and its latest tag counts.
      </PageHeader>
      <RepositoryList action={enable} hasRegistry={hasRegistry} />
      {adding && (
        <EnableRepository
          hosts={registries.data?.registries.map(({ host }) => host) ?? []}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  );
}

interface RepositoryListProps {
  readonly action: ReactElement | null;
  readonly hasRegistry: boolean;
}

function RepositoryList({ action, hasRegistry }: RepositoryListProps): ReactElement {
  const { org } = useOrg();
  const query = { q: useSearchText("q"), enabled: useSearchText("enabled") };
  const repositories = useInfiniteQuery({
    queryKey: orgKey(org, "repositories", query),
    queryFn: ({ pageParam, signal }) =>
      get<RepositoryPage>(orgPath(org, "repositories"), {
        query: { ...query, cursor: pageParam, limit: 200 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
  if (repositories.data === undefined)
    return repositories.error === null ? (
      <LoadingState what="repositories" />
    ) : (
      <FailedState
        error={repositories.error}
        title="Repositories could not be loaded."
        onRetry={() => void repositories.refetch()}
      />
    );
  const rows = repositories.data.pages.flatMap(({ entries }) => entries);
  return (
    <>
      <Table<RepositoryView>
        label="Repositories"
        id="repositories"
        columns={repositoryColumns}
        rows={rows}
        rowKey={({ id }) => id}
        widthMin="44rem"
        busy={repositories.isPlaceholderData}
        toolbar={<Filters />}
        empty={
          query.q !== "" || query.enabled !== "" ? (
            <EmptyState title="No repository fits the filter" icon="search" />
          ) : (
            <NoRepositories action={action} hasRegistry={hasRegistry} />
          )
        }
      />
      {rows.length > 0 && (
        <LoadMore
          shown={rows.length}
          noun="repository"
          plural="repositories"
          hasMore={repositories.hasNextPage}
          busy={repositories.isFetchingNextPage}
          error={repositories.isFetchNextPageError ? repositories.error : null}
          onMore={() => void repositories.fetchNextPage()}
        />
      )}
    </>
  );
}

function Filters(): ReactElement {
  const setSearch = useSetSearch();
  return (
    <>
      <SearchField
        label="Filter by name or registry"
        value={useSearchText("q")}
        onChange={(q) => setSearch({ q })}
      />
      <Select
        label="Analysis"
        value={useSearchText("enabled")}
        onChange={(enabled) => setSearch({ enabled })}
        options={[
          { value: "", label: "All" },
          { value: "true", label: "Enabled" },
          { value: "false", label: "Disabled" },
        ]}
      />
    </>
  );
}

function NoRepositories({ action, hasRegistry }: RepositoryListProps): ReactElement {
  const { org, may } = useOrg();
  if (!hasRegistry)
    return (
      <EmptyState
        title="No registry yet"
        icon="image"
        action={
          <ButtonLink to="/o/$org/settings/registries" params={{ org }} search={{}} look="primary">
            Go to registries
          </ButtonLink>
        }
      >
        Repositories stand in a registry. Connect one first.
      </EmptyState>
    );
  if (!may("manage-repositories"))
    return (
      <EmptyState title="No repositories yet" icon="image">
        People with the role editor, security or owner enable repositories.
      </EmptyState>
    );
  return (
    <EmptyState title="No repositories yet" icon="image" action={action}>
      Enable one here or in a shell, then push an image to it:
      <div className="mt-3 text-left">
        <CodeBlock
          title="In a shell"
          noun="command"
          text={`plimsoll repo enable --org ${org} ${org}/my-app`}
        />
      </div>
    </EmptyState>
  );
}
