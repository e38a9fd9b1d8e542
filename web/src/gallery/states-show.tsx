/** What a page says when it has nothing, or something old. */
import type { ReactElement } from "react";
import { unreachable } from "../api/problem.ts";
import { Banner } from "../parts/banner.tsx";
import { Button } from "../parts/button.tsx";
import { Card } from "../parts/card.tsx";
import { StaleBanner } from "../parts/stale-banner.tsx";
import { EmptyState, FailedState, LoadingState, NoPermission } from "../parts/states.tsx";
import { refused } from "./overlays-show.tsx";

const yesterday = new Date(Date.now() - 30 * 3_600_000).toISOString();

export function StatesShow(): ReactElement {
  return (
    <Card title="States">
      <StaleBanner what="This list" since={yesterday} error={unreachable(null)} onRetry={() => {}} />
      <Banner tone="bad" title="The analysis failed">
        IMAGE_TOO_LARGE: the layer is larger than 10 GB.
      </Banner>
      <Banner tone="plain" title="Demonstration data">
        What you see comes from the demonstration.
      </Banner>
      <div className="grid gap-4 md:grid-cols-2">
        <EmptyState
          title="No images yet"
          icon="image"
          action={<Button look="primary">Enable a repository</Button>}
        >
          Push an image to an enabled repository; it appears here within seconds.
        </EmptyState>
        <FailedState error={refused} title="The policy could not be saved." onRetry={() => {}} />
        <NoPermission />
        <LoadingState what="images" />
      </div>
    </Card>
  );
}
