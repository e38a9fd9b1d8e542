/** Members. */
import type { ReactElement } from "react";
import { PageHeader } from "../../parts/page-header.tsx";
import { LoadingState } from "../../parts/states.tsx";

export function MembersPage(): ReactElement {
  return (
    <>
      <PageHeader title="Members" />
      <LoadingState what="members" />
    </>
  );
}
