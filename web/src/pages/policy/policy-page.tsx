/** Policy. */
import type { ReactElement } from "react";
import { PageHeader } from "../../parts/page-header.tsx";
import { LoadingState } from "../../parts/states.tsx";

export function PolicyPage(): ReactElement {
  return (
    <>
      <PageHeader title="Policy" />
      <LoadingState what="the policy" />
    </>
  );
}
