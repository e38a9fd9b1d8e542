/** The packages of the image: licences, where they were seen, what is known of them. */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { ImagePackageView, ImageView } from "../../../../src/api/rest/images.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useSearchText, useSetSearch } from "../../app/use-search-text.ts";
import { amount } from "../../display/amounts.ts";
import { printable } from "../../display/printable.ts";
import { Button } from "../../parts/button.tsx";
import { TextLink } from "../../parts/link.tsx";
import { LoadMore } from "../../parts/load-more.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { SearchField } from "../../parts/search-field.tsx";
import { SeverityCounts } from "../../parts/severity-counts.tsx";
import { EmptyState, FailedState, LoadingState } from "../../parts/states.tsx";
import type { Column } from "../../parts/table/column.ts";
import { Table } from "../../parts/table/table.tsx";

interface PackagePage {
  readonly entries: readonly ImagePackageView[];
  readonly next: string | null;
}

export function PackagesTab({ image }: { image: ImageView }): ReactElement {
  const { org } = useParams({ from: "/o/$org/images/$imageId" });
  const query = { q: useSearchText("q"), layer: useSearchText("layer"), purl: useSearchText("purl") };
  const packages = useInfiniteQuery({
    queryKey: orgKey(org, "images", image.id, "packages", query),
    queryFn: ({ pageParam, signal }) =>
      get<PackagePage>(orgPath(org, "images", image.id, "packages"), {
        query: { ...query, cursor: pageParam, limit: 200 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
  if (packages.data === undefined)
    return packages.error === null ? (
      <LoadingState what="packages" />
    ) : (
      <FailedState error={packages.error} onRetry={() => void packages.refetch()} />
    );
  const rows = packages.data.pages.flatMap(({ entries }) => entries);
  return (
    <>
      <Table<ImagePackageView>
        label="Packages"
        id="image-packages"
        columns={columns}
        rows={rows}
        rowKey={({ purl, locations }) => `${purl} ${locations[0]?.path ?? ""}`}
        widthMin="60rem"
        busy={packages.isPlaceholderData}
        toolbar={<Filters />}
        empty={<EmptyState title="No package fits" icon="search" />}
      />
      {rows.length > 0 && (
        <LoadMore
          shown={rows.length}
          noun="package"
          hasMore={packages.hasNextPage}
          busy={packages.isFetchingNextPage}
          error={packages.isFetchNextPageError ? packages.error : null}
          onMore={() => void packages.fetchNextPage()}
        />
      )}
    </>
  );
}

function Filters(): ReactElement {
  const q = useSearchText("q");
  const layer = useSearchText("layer");
  const purl = useSearchText("purl");
  const setSearch = useSetSearch();
  return (
    <>
      <SearchField label="Filter packages by name" value={q} onChange={(text) => setSearch({ q: text })} />
      {layer !== "" && (
        <Button icon="close" onClick={() => setSearch({ layer: "" })}>
          Only layer {Number(layer) + 1}: show all
        </Button>
      )}
      {purl !== "" && (
        <Button icon="close" onClick={() => setSearch({ purl: "" })}>
          One package: show all
        </Button>
      )}
    </>
  );
}

const columns: readonly Column<ImagePackageView>[] = [
  {
    id: "name",
    header: "Package",
    isHead: true,
    cell: (row) => <Name row={row} />,
  },
  { id: "ecosystem", header: "Ecosystem", width: "7rem", cell: ({ ecosystem }) => ecosystem },
  {
    id: "licenses",
    header: "Licences",
    width: "10rem",
    cell: ({ licenses }) =>
      licenses.length === 0 ? (
        <span className="text-muted italic">not told</span>
      ) : (
        <PlainText text={licenses.join(", ")} charsMax={300} />
      ),
  },
  {
    id: "files",
    header: "Files",
    width: "6rem",
    align: "end",
    hiddenAtFirst: true,
    cell: ({ fileCount }) =>
      fileCount === null ? <span className="text-muted italic">not told</span> : amount(fileCount),
  },
  { id: "locations", header: "Seen in", cell: (row) => <Locations row={row} /> },
  {
    id: "findings",
    header: "Findings",
    width: "16.5rem",
    cell: (row) => <Findings row={row} />,
  },
];

function Name({
  row: { name, version, purl, ownedBy, bySignature },
}: {
  row: ImagePackageView;
}): ReactElement {
  return (
    <>
      <span title={printable(purl, { charsMax: 500 })}>
        <PlainText text={name} charsMax={200} />{" "}
        <PlainText className="text-muted" text={version} charsMax={100} />
      </span>
      {ownedBy !== null && <Owner purl={ownedBy} />}
      {bySignature && <span className="block text-sm text-muted">told by its bytes, listed nowhere</span>}
    </>
  );
}

function Owner({ purl }: { purl: string }): ReactElement {
  const { org, imageId } = useParams({ from: "/o/$org/images/$imageId" });
  return (
    <span className="block text-sm font-normal text-muted">
      part of{" "}
      <TextLink to="/o/$org/images/$imageId" params={{ org, imageId }} search={{ tab: "packages", purl }}>
        <PlainText text={purl} mono charsMax={200} />
      </TextLink>
    </span>
  );
}

const LOCATIONS_MAX = 3;

function Locations({ row: { locations } }: { row: ImagePackageView }): ReactElement {
  const { org, imageId } = useParams({ from: "/o/$org/images/$imageId" });
  return (
    <ul>
      {locations.slice(0, LOCATIONS_MAX).map(({ path, layerIndex }) => (
        <li key={`${path} ${layerIndex ?? ""}`}>
          <PlainText text={path} mono charsMax={300} />
          {layerIndex !== null && (
            <>
              {" "}
              <TextLink
                to="/o/$org/images/$imageId"
                params={{ org, imageId }}
                search={{ tab: "layers", layer: String(layerIndex) }}
                className="text-sm"
              >
                Layer {layerIndex + 1}
              </TextLink>
            </>
          )}
        </li>
      ))}
      {locations.length > LOCATIONS_MAX && (
        <li className="text-sm text-muted">and {locations.length - LOCATIONS_MAX} more places</li>
      )}
    </ul>
  );
}

function Findings({ row }: { row: ImagePackageView }): ReactElement {
  const { org, imageId } = useParams({ from: "/o/$org/images/$imageId" });
  if (row.findings === null) return <SeverityCounts counts={null} unknown="Not judged" />;
  return (
    <TextLink
      to="/o/$org/images/$imageId"
      params={{ org, imageId }}
      search={{ tab: "vulnerabilities", purl: row.purl }}
      className="no-underline"
    >
      <span className="sr-only">Findings in {printable(row.name, { charsMax: 200 })}: </span>
      <SeverityCounts counts={row.findings} />
    </TextLink>
  );
}
