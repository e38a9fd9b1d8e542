/** Registries. */
import type { ReactElement } from "react";
import { PageHeader } from "../../parts/page-header.tsx";
import { LoadingState } from "../../parts/states.tsx";

export function RegistriesPage(): ReactElement {
  return (
    <>
      <PageHeader title="Registries" />
      <LoadingState what="registries" />
    </>
  );
}
