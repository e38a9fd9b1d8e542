/** The findings of the image: why each matched, its state, who decided on it, and a way to ask for an exception. */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { ImageFindingView, ImageView } from "../../../../src/api/rest/images.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useSearchText, useSetSearch } from "../../app/use-search-text.ts";
import { Button } from "../../parts/button.tsx";
import { LoadMore } from "../../parts/load-more.tsx";
import { SearchField } from "../../parts/search-field.tsx";
import { Select } from "../../parts/select.tsx";
import { EmptyState, FailedState, LoadingState } from "../../parts/states.tsx";
import { Finding } from "./finding.tsx";

interface FindingPage {
  readonly entries: readonly ImageFindingView[];
  readonly next: string | null;
}

export function VulnerabilitiesTab({ image }: { image: ImageView }): ReactElement {
  const { org } = useParams({ from: "/o/$org/images/$imageId" });
  const query = {
    q: useSearchText("q"),
    severity: useSearchText("severity"),
    suppressed: useSearchText("suppressed"),
    fixable: useSearchText("fixable"),
    purl: useSearchText("purl"),
    layer: useSearchText("layer"),
  };
  const findings = useInfiniteQuery({
    queryKey: orgKey(org, "images", image.id, "vulnerabilities", query),
    queryFn: ({ pageParam, signal }) =>
      get<FindingPage>(orgPath(org, "images", image.id, "vulnerabilities"), {
        query: { ...query, cursor: pageParam, limit: 100 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
  if (findings.data === undefined)
    return findings.error === null ? (
      <LoadingState what="vulnerabilities" />
    ) : (
      <FailedState error={findings.error} onRetry={() => void findings.refetch()} />
    );
  const rows = findings.data.pages.flatMap(({ entries }) => entries);
  const isFiltered = Object.values(query).some((text) => text !== "");
  return (
    <>
      <div className="mb-3 flex flex-wrap items-end gap-3">
        <Filters />
      </div>
      {rows.length === 0 ? (
        <NoFindings image={image} isFiltered={isFiltered} />
      ) : (
        <>
          <ul aria-label="Vulnerabilities" className="space-y-2">
            {rows.map((finding) => (
              <li
                key={`${finding.vulnerability} ${finding.purl}`}
                className={`rounded-lg border border-line bg-surface p-3 ${rows.length > LAID_OUT_MAX ? UNSEEN : ""}`}
              >
                <Finding finding={finding} image={image} />
              </li>
            ))}
          </ul>
          <LoadMore
            shown={rows.length}
            noun="finding"
            hasMore={findings.hasNextPage}
            busy={findings.isFetchingNextPage}
            error={findings.isFetchNextPageError ? findings.error : null}
            onMore={() => void findings.fetchNextPage()}
          />
        </>
      )}
    </>
  );
}

/** Thousands may be loaded: what is out of sight is not laid out then. A short list is whole, on paper too. */
const LAID_OUT_MAX = 50;
const UNSEEN = "[contain-intrinsic-size:auto_7rem] [content-visibility:auto]";

/** No finding is good news only where everything was read and compared. */
function NoFindings({ image, isFiltered }: { image: ImageView; isFiltered: boolean }): ReactElement {
  if (image.findings === null)
    return (
      <EmptyState title="Not judged" icon="question">
        No vulnerability database was there to compare the packages with.
      </EmptyState>
    );
  if (isFiltered) return <EmptyState title="No finding fits the filter" icon="search" />;
  if (image.completeness === "incomplete")
    return (
      <EmptyState title="None found in what could be read" icon="question">
        Packages may be missing, so this does not mean that there are none.
      </EmptyState>
    );
  return <EmptyState title="No vulnerabilities found" icon="check" />;
}

function Filters(): ReactElement {
  const setSearch = useSetSearch();
  const purl = useSearchText("purl");
  const layer = useSearchText("layer");
  return (
    <>
      <SearchField
        label="Filter by id or package"
        value={useSearchText("q")}
        onChange={(q) => setSearch({ q })}
      />
      <Select
        label="Severity"
        value={useSearchText("severity")}
        onChange={(severity) => setSearch({ severity })}
        options={[
          { value: "", label: "All" },
          { value: "critical", label: "Critical" },
          { value: "critical,high", label: "Critical and high" },
          { value: "medium", label: "Medium" },
          { value: "low", label: "Low" },
          { value: "unspecified", label: "Unspecified" },
        ]}
      />
      <Select
        label="Suppressed"
        value={useSearchText("suppressed")}
        onChange={(suppressed) => setSearch({ suppressed })}
        options={[
          { value: "", label: "Shown too" },
          { value: "without", label: "Not shown" },
          { value: "only", label: "Only these" },
        ]}
      />
      <Select
        label="Fix"
        value={useSearchText("fixable")}
        onChange={(fixable) => setSearch({ fixable })}
        options={[
          { value: "", label: "All" },
          { value: "true", label: "There is a fix" },
          { value: "false", label: "No fix yet" },
        ]}
      />
      {(purl !== "" || layer !== "") && (
        <Button icon="close" onClick={() => setSearch({ purl: "", layer: "" })}>
          {purl === "" ? `Only layer ${Number(layer) + 1}` : "Only one package"}: show all
        </Button>
      )}
    </>
  );
}
