/** No page has this address. */
import type { ReactElement } from "react";
import { ButtonLink } from "../parts/link.tsx";
import { PageHeader } from "../parts/page-header.tsx";
import { EmptyState } from "../parts/states.tsx";

export function NotFound(): ReactElement {
  return (
    <div className="mx-auto max-w-3xl p-6">
      <PageHeader title="Page not found" />
      <EmptyState
        title="No page has this address"
        icon="question"
        action={
          <ButtonLink to="/" look="primary">
            Go to the overview
          </ButtonLink>
        }
      >
        It may have been mistyped, or what it showed has been deleted.
      </EmptyState>
    </div>
  );
}
