/** Add a policy. */
import type { ReactElement } from "react";
import { PageHeader } from "../../parts/page-header.tsx";
import { LoadingState } from "../../parts/states.tsx";

export function PolicyNewPage(): ReactElement {
  return (
    <>
      <PageHeader title="Add a policy" />
      <LoadingState what="policy types" />
    </>
  );
}
