/** Images. */
import type { ReactElement } from "react";
import { PageHeader } from "../../parts/page-header.tsx";
import { LoadingState } from "../../parts/states.tsx";

export function ImagesPage(): ReactElement {
  return (
    <>
      <PageHeader title="Images" />
      <LoadingState what="images" />
    </>
  );
}
