/** Vulnerability database. */
import type { ReactElement } from "react";
import { PageHeader } from "../../parts/page-header.tsx";
import { LoadingState } from "../../parts/states.tsx";

export function DatabasePage(): ReactElement {
  return (
    <>
      <PageHeader title="Vulnerability database" />
      <LoadingState what="the database" />
    </>
  );
}
