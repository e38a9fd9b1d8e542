/** Overview. */
import type { ReactElement } from "react";
import { PageHeader } from "../../parts/page-header.tsx";
import { LoadingState } from "../../parts/states.tsx";

export function OverviewPage(): ReactElement {
  return (
    <>
      <PageHeader title="Overview" />
      <LoadingState what="the overview" />
    </>
  );
}
