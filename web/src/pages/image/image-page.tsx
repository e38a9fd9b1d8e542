/** One image: what it is, what was found, why its verdict is what it is. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { ImageView } from "../../../../src/api/rest/images.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useSearchText, useSetSearch } from "../../app/use-search-text.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { QueryView } from "../../parts/query-view.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { HistoryTab } from "./history-tab.tsx";
import { ImageHead } from "./image-head.tsx";
import { InventoryTab } from "./inventory-tab.tsx";
import { LayersTab } from "./layers-tab.tsx";
import { PackagesTab } from "./packages-tab.tsx";
import { PoliciesTab } from "./policies-tab.tsx";
import { VulnerabilitiesTab } from "./vulnerabilities-tab.tsx";

const tabIds = ["policies", "vulnerabilities", "packages", "layers", "inventory", "history"] as const;
type TabId = (typeof tabIds)[number];

export function ImagePage(): ReactElement {
  const { org, imageId } = useParams({ from: "/o/$org/images/$imageId" });
  const image = useQuery({
    queryKey: orgKey(org, "images", imageId),
    queryFn: ({ signal }) => get<ImageView>(orgPath(org, "images", imageId), { signal }),
    // A verdict that stays the same is no event.
    refetchInterval: ({ state }) => (state.data?.outdated === true ? 2000 : false),
  });
  return (
    <>
      {image.data === undefined && <PageHeader title="Image" />}
      <QueryView query={image} what="the image">
        {(answer) => (
          <>
            <ImageHead image={answer} />
            {answer.state === "analysed" && <ImageTabs image={answer} />}
          </>
        )}
      </QueryView>
    </>
  );
}

function ImageTabs({ image }: { image: ImageView }): ReactElement {
  const asked = useSearchText("tab");
  const setSearch = useSetSearch();
  const tab = tabIds.find((id) => id === asked) ?? "policies";
  const { findings } = image;
  const found =
    findings === null
      ? null
      : findings.critical + findings.high + findings.medium + findings.low + findings.unspecified;
  return (
    <Tabs<TabId>
      label="About this image"
      value={tab}
      onChange={(id) => setSearch({ tab: id, purl: "", layer: "", q: "" })}
      tabs={[
        { id: "policies", label: "Policies" },
        { id: "vulnerabilities", label: "Vulnerabilities", count: found },
        { id: "packages", label: "Packages", count: image.packageCount },
        { id: "layers", label: "Layers", count: image.layerCount },
        { id: "inventory", label: "Coverage" },
        { id: "history", label: "History" },
      ]}
    >
      {tab === "policies" && <PoliciesTab image={image} />}
      {tab === "vulnerabilities" && <VulnerabilitiesTab image={image} />}
      {tab === "packages" && <PackagesTab image={image} />}
      {tab === "layers" && <LayersTab image={image} />}
      {tab === "inventory" && <InventoryTab imageId={image.id} />}
      {tab === "history" && <HistoryTab image={image} />}
    </Tabs>
  );
}
