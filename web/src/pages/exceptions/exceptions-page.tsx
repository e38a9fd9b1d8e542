/** Exceptions. */
import type { ReactElement } from "react";
import { PageHeader } from "../../parts/page-header.tsx";
import { LoadingState } from "../../parts/states.tsx";

export function ExceptionsPage(): ReactElement {
  return (
    <>
      <PageHeader title="Exceptions" />
      <LoadingState what="exceptions" />
    </>
  );
}
