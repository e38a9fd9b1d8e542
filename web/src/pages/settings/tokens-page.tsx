/** Tokens. */
import type { ReactElement } from "react";
import { PageHeader } from "../../parts/page-header.tsx";
import { LoadingState } from "../../parts/states.tsx";

export function TokensPage(): ReactElement {
  return (
    <>
      <PageHeader title="Tokens" />
      <LoadingState what="tokens" />
    </>
  );
}
