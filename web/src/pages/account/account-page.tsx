/** Your account. */
import type { ReactElement } from "react";
import { PageHeader } from "../../parts/page-header.tsx";
import { LoadingState } from "../../parts/states.tsx";

export function AccountPage(): ReactElement {
  return (
    <>
      <PageHeader title="Your account" />
      <LoadingState what="your account" />
    </>
  );
}
