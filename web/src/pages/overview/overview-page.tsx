/** Where the organisation stands: images that count, what was found in them, policies, what changed, what waits for somebody. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { OverviewView } from "../../../../src/api/rest/organisations.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { Banner } from "../../parts/banner.tsx";
import { DatabaseBanners } from "../../parts/database-banners.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { QueryView } from "../../parts/query-view.tsx";
import { CountedImages } from "./counted-images.tsx";
import { FindingsCard } from "./findings-card.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { PolicyCards } from "./policy-cards.tsx";
import { RecentChanges } from "./recent-changes.tsx";
import { WaitingCard } from "./waiting-card.tsx";

export function OverviewPage(): ReactElement {
  const { org } = useOrg();
  const overview = useQuery({
    queryKey: orgKey(org, "overview"),
    queryFn: ({ signal }) => get<OverviewView>(orgPath(org, "overview"), { signal }),
  });
  return (
    <>
      <PageHeader title="Overview">
        Images that count: the latest tag of every enabled repository, and what is deployed.
      </PageHeader>
      <QueryView query={overview} what="the overview">
        {(answer) => <Loaded overview={answer} />}
      </QueryView>
    </>
  );
}

function Loaded({ overview }: { overview: OverviewView }): ReactElement {
  return (
    <>
      {overview.database === null ? (
        <Banner title="No vulnerability database yet">
          Nothing can be said of vulnerabilities until there is one. On the machine of the worker, run{" "}
          <code className="font-mono">plimsoll db update</code>
        </Banner>
      ) : (
        <DatabaseBanners database={overview.database} />
      )}
      {overview.images.counted === 0 && <FirstSteps />}
      <div className="space-y-6">
        <div className="grid items-stretch gap-4 md:grid-cols-2 xl:grid-cols-3">
          <CountedImages images={overview.images} />
          <FindingsCard overview={overview} />
          <WaitingCard overview={overview} />
        </div>
        <PolicyCards policies={overview.policies} counted={overview.images.counted} />
        <RecentChanges recent={overview.recent} />
      </div>
    </>
  );
}
