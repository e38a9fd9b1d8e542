/** Image. */
import type { ReactElement } from "react";
import { PageHeader } from "../../parts/page-header.tsx";
import { LoadingState } from "../../parts/states.tsx";

export function ImagePage(): ReactElement {
  return (
    <>
      <PageHeader title="Image" />
      <LoadingState what="the image" />
    </>
  );
}
