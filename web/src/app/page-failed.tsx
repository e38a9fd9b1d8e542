/** A page threw: what happened, and another try. The rest of the dashboard stays. */
import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { PageHeader } from "../parts/page-header.tsx";
import { FailedState } from "../parts/states.tsx";

export function PageFailed({ error, reset }: ErrorComponentProps): ReactElement {
  const router = useRouter();
  const queries = useQueryErrorResetBoundary();
  const retry = (): void => {
    queries.reset();
    reset();
    void router.invalidate();
  };
  return (
    <>
      <PageHeader title="Something went wrong" />
      <FailedState error={error} onRetry={retry} />
    </>
  );
}
