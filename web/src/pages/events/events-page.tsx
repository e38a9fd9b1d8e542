/** Events. */
import type { ReactElement } from "react";
import { PageHeader } from "../../parts/page-header.tsx";
import { LoadingState } from "../../parts/states.tsx";

export function EventsPage(): ReactElement {
  return (
    <>
      <PageHeader title="Events" />
      <LoadingState what="events" />
    </>
  );
}
