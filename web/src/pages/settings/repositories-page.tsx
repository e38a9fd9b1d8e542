/** Repositories. */
import type { ReactElement } from "react";
import { PageHeader } from "../../parts/page-header.tsx";
import { LoadingState } from "../../parts/states.tsx";

export function RepositoriesPage(): ReactElement {
  return (
    <>
      <PageHeader title="Repositories" />
      <LoadingState what="repositories" />
    </>
  );
}
