/** Policies. */
import type { ReactElement } from "react";
import { PageHeader } from "../../parts/page-header.tsx";
import { LoadingState } from "../../parts/states.tsx";

export function PoliciesPage(): ReactElement {
  return (
    <>
      <PageHeader title="Policies" />
      <LoadingState what="policies" />
    </>
  );
}
